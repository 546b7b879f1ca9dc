package io.confab.room;

import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What has happened in a room. Each takes the room's next number. {@link #type()} is its word on the wire and in the log. */
public sealed interface RoomEvent {
    String type();

    /** As it stands once the message that it tells of has been taken away. */
    default RoomEvent withoutText() {
        return switch (this) {
            case MessagePosted posted -> new MessagePosted(null, posted.replyTo(), posted.thread(), List.of());
            case MessageEdited edited -> new MessageEdited(edited.target(), null, List.of());
            default -> this; // no other is sent with a text that a rule looks at
        };
    }

    record RoomCreated(RoomKind kind, String name) implements RoomEvent {
        @Override
        public String type() {
            return "room.created";
        }
    }

    /** Null components did not change. */
    record RoomUpdated(
            @Nullable String name,
            @Nullable String topic,
            @Nullable RoomMode mode,
            @Nullable Duration slowMode) implements RoomEvent {
        @Override
        public String type() {
            return "room.updated";
        }
    }

    record RoomArchived() implements RoomEvent {
        @Override
        public String type() {
            return "room.archived";
        }
    }

    record MemberJoined(UserId user, RoomRole role) implements RoomEvent {
        @Override
        public String type() {
            return "member.joined";
        }
    }

    /** By another than {@code user}: a kick. */
    record MemberLeft(UserId user, @Nullable String reason) implements RoomEvent {
        @Override
        public String type() {
            return "member.left";
        }
    }

    record MemberRoleChanged(UserId user, RoomRole role) implements RoomEvent {
        @Override
        public String type() {
            return "member.role";
        }
    }

    /** @param until null: until lifted */
    record SanctionSet(
            UserId user,
            SanctionKind kind,
            @Nullable Instant until,
            @Nullable String reason) implements RoomEvent {
        @Override
        public String type() {
            return "sanction.set";
        }
    }

    record SanctionLifted(UserId user, SanctionKind kind) implements RoomEvent {
        @Override
        public String type() {
            return "sanction.lifted";
        }
    }

    /** @param body null once the message is deleted (then without mentions) */
    record MessagePosted(
            @Nullable MessageBody body,
            @Nullable Long replyTo,
            @Nullable Long thread,
            List<Mention> mentions) implements RoomEvent {
        public MessagePosted {
            mentions = body == null ? List.of() : List.copyOf(mentions);
        }

        @Override
        public String type() {
            return "msg.new";
        }
    }

    /** @param target number of the message's {@code msg.new}; @param body null once the message is deleted */
    record MessageEdited(long target, @Nullable MessageBody body, List<Mention> mentions) implements RoomEvent {
        public MessageEdited {
            mentions = body == null ? List.of() : List.copyOf(mentions);
        }

        @Override
        public String type() {
            return "msg.edited";
        }
    }

    /** @param hidden for now, by a moderator, who looks at it; false: for good, by its author or a moderator */
    record MessageDeleted(long target, @Nullable String reason, boolean hidden) implements RoomEvent {
        public MessageDeleted(long target, @Nullable String reason) {
            this(target, reason, false);
        }

        @Override
        public String type() {
            return "msg.deleted";
        }
    }

    /**
     * A message that moderators had taken away stands again, as it stood.
     *
     * @param author of the message; null once it is deleted again
     * @param body null once it is deleted again
     * @param editedAt null: never edited
     */
    record MessageRestored(
            long target,
            @Nullable UserId author,
            @Nullable MessageBody body,
            List<Mention> mentions,
            @Nullable Instant editedAt)
            implements RoomEvent {
        public MessageRestored {
            mentions = body == null ? List.of() : List.copyOf(mentions);
        }

        /** As it is once the message is deleted again. */
        public static MessageRestored emptied(long target) {
            return new MessageRestored(target, null, null, List.of(), null);
        }

        @Override
        public String type() {
            return "msg.restored";
        }
    }

    /** Several messages deleted at once, by a moderator. @param targets their numbers, rising */
    record MessagesDeleted(List<Long> targets, @Nullable String reason) implements RoomEvent {
        public MessagesDeleted {
            targets = List.copyOf(targets);
        }

        @Override
        public String type() {
            return "msgs.deleted";
        }
    }

    /** A message is held up for all in the room, until it is unpinned or taken away. @param target its number */
    record MessagePinned(long target) implements RoomEvent {
        @Override
        public String type() {
            return "pin.added";
        }
    }

    record MessageUnpinned(long target) implements RoomEvent {
        @Override
        public String type() {
            return "pin.removed";
        }
    }

    /**
     * Of a type that this version does not know, written by a newer node: it takes its number and is passed on as it is, never
     * decided on. What it did to the room stands in the projections (docs/adr/0066).
     *
     * @param target number of the message it is about; null: none
     * @param fields the other fields of {@code d} beyond by, ts and cid, as a JSON object; a body comes first
     */
    record Opaque(String type, @Nullable Long target, String fields) implements RoomEvent {
        private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9._]{0,39}");

        public Opaque {
            if (!TYPE.matcher(type).matches()) {
                throw new IllegalArgumentException("the type of an event must be of the form " + TYPE);
            }
        }

        /** Once the message it is about is deleted: without the text that it may carry, as an edit would be. */
        public Opaque withoutBody() {
            return fields.startsWith("{\"body\":{")
                    ? new Opaque(type, target, "{\"body\":null,\"deleted\":true}")
                    : this;
        }
    }
}
