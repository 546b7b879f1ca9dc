package io.confab.wire;

import io.confab.room.BodyRules;
import io.confab.room.Checked;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomCommand.ArchiveRoom;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomCommand.EditMessage;
import io.confab.room.RoomCommand.HideMessage;
import io.confab.room.RoomCommand.InviteMember;
import io.confab.room.RoomCommand.JoinRoom;
import io.confab.room.RoomCommand.KickMember;
import io.confab.room.RoomCommand.LeaveRoom;
import io.confab.room.RoomCommand.LiftSanction;
import io.confab.room.RoomCommand.PinMessage;
import io.confab.room.RoomCommand.PostMessage;
import io.confab.room.RoomCommand.RemoveMessages;
import io.confab.room.RoomCommand.RestoreMessage;
import io.confab.room.RoomCommand.SetRole;
import io.confab.room.RoomCommand.SetSanction;
import io.confab.room.RoomCommand.UnpinMessage;
import io.confab.room.RoomCommand.UpdateRoom;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.RoomRules;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of each durable command, the same in a frame's {@code d} and in an HTTP body. Thread-safe.
 */
public final class CommandForms {
    /** The durable commands of this version, as {@code welcome.caps} lists them. */
    public static final List<String> TYPES = List.of(
            "msg.send",
            "msg.edit",
            "msg.delete",
            "msg.hide",
            "msg.restore",
            "msgs.delete",
            "pin.add",
            "pin.remove",
            "room.join",
            "room.leave",
            "room.invite",
            "room.kick",
            "room.role",
            "room.sanction",
            "room.unsanction",
            "room.update",
            "room.archive");

    private static final Set<String> KNOWN = Set.copyOf(TYPES);

    private final RoomRules rules;

    public CommandForms(RoomRules rules) {
        this.rules = rules;
    }

    boolean knows(String type) {
        return KNOWN.contains(type);
    }

    /** Required where a repeat would be seen by others, allowed everywhere. */
    @Nullable
    String cid(String type, Fields d) throws BadField {
        return type.equals("msg.send") ? d.cid() : d.optionalCid().orElse(null);
    }

    /** @param type one of {@link #TYPES} */
    public RoomCommand command(String type, Fields d) throws BadField {
        return switch (type) {
            case "msg.send" ->
                new PostMessage(
                        body(d),
                        d.optionalWhole("reply_to", 1, WireLimits.MAX_SEQ).orElse(null),
                        d.optionalWhole("thread", 1, WireLimits.MAX_SEQ).orElse(null));
            case "msg.edit" -> new EditMessage(d.whole("seq", 1, WireLimits.MAX_SEQ), body(d));
            case "msg.delete" -> new DeleteMessage(d.whole("seq", 1, WireLimits.MAX_SEQ), reason(d));
            case "msg.hide" -> new HideMessage(d.whole("seq", 1, WireLimits.MAX_SEQ), reason(d));
            case "msg.restore" -> new RestoreMessage(d.whole("seq", 1, WireLimits.MAX_SEQ));
            case "msgs.delete" ->
                new RemoveMessages(d.wholes("seqs", RemoveMessages.MOST, WireLimits.MAX_SEQ), reason(d));
            case "pin.add" -> new PinMessage(d.whole("seq", 1, WireLimits.MAX_SEQ));
            case "pin.remove" -> new UnpinMessage(d.whole("seq", 1, WireLimits.MAX_SEQ));
            case "room.join" -> new JoinRoom();
            case "room.leave" -> new LeaveRoom();
            case "room.invite" ->
                new InviteMember(
                        d.user("user"), d.optionalWord("role", RoomRole.class).orElse(RoomRole.MEMBER));
            case "room.kick" -> new KickMember(d.user("user"), reason(d));
            case "room.role" -> new SetRole(d.user("user"), d.word("role", RoomRole.class));
            case "room.sanction" ->
                new SetSanction(
                        d.user("user"),
                        d.word("kind", SanctionKind.class),
                        d.optionalInstant("until").orElse(null),
                        reason(d));
            case "room.unsanction" -> new LiftSanction(d.user("user"), d.word("kind", SanctionKind.class));
            case "room.update" -> update(d);
            case "room.archive" -> new ArchiveRoom();
            default -> throw new IllegalArgumentException("no durable command " + type);
        };
    }

    /** {@code room.create}. */
    public RoomCommand.CreateRoom create(Fields d) throws BadField {
        RoomKind kind = d.word("kind", RoomKind.class);
        String name = kind == RoomKind.DIRECT
                ? d.optionalText("name", RoomRules.MAX_NAME_CHARS).orElse("")
                : d.text("name", RoomRules.MAX_NAME_CHARS);
        return new RoomCommand.CreateRoom(
                kind, name, d.users("members").stream().distinct().toList());
    }

    private UpdateRoom update(Fields d) throws BadField {
        return new UpdateRoom(
                d.optionalText("name", RoomRules.MAX_NAME_CHARS).orElse(null),
                d.optionalText("topic", RoomRules.MAX_TOPIC_CHARS).orElse(null),
                d.optionalWord("mode", RoomMode.class).orElse(null),
                d.optionalWhole("slow_ms", 0, rules.maxSlowMode().toMillis())
                        .map(Duration::ofMillis)
                        .orElse(null));
    }

    private MessageBody body(Fields d) throws BadField {
        return switch (BodyRules.check(d.node("body"), rules)) {
            case Checked.Valid<MessageBody> valid -> valid.value();
            case Checked.Invalid<MessageBody> invalid -> throw new BadField(invalid.refusal());
        };
    }

    private static @Nullable String reason(Fields d) throws BadField {
        return d.optionalText("reason", RoomRules.MAX_REASON_CHARS).orElse(null);
    }
}
