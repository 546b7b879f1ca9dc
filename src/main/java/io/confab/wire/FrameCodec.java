package io.confab.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.room.RoomRules;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Text of a frame to {@link ClientFrame} (stop 2 of docs/message-flow.md). Thread-safe. */
public final class FrameCodec {
    private static final int MAX_ID_CHARS = 64;
    private static final int MAX_HELLO_ROOMS = 2_000;

    private final WireLimits limits;
    private final CommandForms commands;

    public FrameCodec(WireLimits limits, RoomRules rules) {
        this.limits = limits;
        this.commands = new CommandForms(rules);
    }

    /** What a frame turned out to be. */
    public sealed interface Decoded {
        record Good(ClientFrame frame) implements Decoded {}

        /** JSON, but not of the form its {@code t} has. */
        record Bad(@Nullable String id, Refusal refusal) implements Decoded {}

        /** Not JSON that Confab takes, or no object: nothing in it can be trusted, its {@code id} included. */
        record Malformed(Refusal refusal) implements Decoded {}
    }

    public Decoded decode(String text) {
        ObjectNode object;
        try {
            if (!(Json.parse(text) instanceof ObjectNode parsed)) {
                return new Decoded.Malformed(new Refusal.BadRequest("a frame must be one JSON object"));
            }
            object = parsed;
        } catch (Json.Malformed e) {
            return new Decoded.Malformed(new Refusal.BadRequest(String.valueOf(e.getMessage())));
        }
        String id = null;
        try {
            var fields = Fields.of(object, "");
            id = fields.optionalText("id", MAX_ID_CHARS).orElse(null);
            return new Decoded.Good(frame(fields, fields.text("t", MAX_ID_CHARS), id));
        } catch (BadField bad) {
            return new Decoded.Bad(id, bad.refusal());
        }
    }

    /** The {@code id} of a frame that is refused whatever it asks for; null when it has none, or cannot be read. */
    public @Nullable String id(String text) {
        return switch (decode(text)) {
            case Decoded.Good good -> good.frame().id();
            case Decoded.Bad bad -> bad.id();
            case Decoded.Malformed ignored -> null;
        };
    }

    private ClientFrame frame(Fields fields, String type, @Nullable String id) throws BadField {
        Fields d = fields.has("d") ? fields.object("d") : Fields.of(Json.object(), "d.");
        return switch (type) {
            case "hello" -> hello(id, d);
            case "ping" -> new ClientFrame.Ping(id);
            case "auth" -> new ClientFrame.Auth(id, d.text("access", 8_192));
            case "sub" -> new ClientFrame.Subscribe(id, fields.room("room"), cursor(d));
            case "unsub" -> new ClientFrame.Unsubscribe(id, fields.room("room"));
            case "fetch" ->
                new ClientFrame.Fetch(
                        id,
                        fields.room("room"),
                        d.whole("after", 0, WireLimits.MAX_SEQ),
                        Math.toIntExact(d.optionalWhole("limit", 1, limits.fetchEvents())
                                .orElse((long) limits.fetchEvents())));
            case "room.create" -> new ClientFrame.CreateRoom(id, d.cid(), commands.create(d));
            case "read" -> new ClientFrame.MarkRead(id, fields.room("room"), d.whole("seq", 0, WireLimits.MAX_SEQ));
            case "typing" -> new ClientFrame.Typing(id, fields.room("room"), d.flag("on"));
            case "presence" -> new ClientFrame.SetPresence(id, d.word("status", ClientFrame.Status.class));
            default ->
                commands.knows(type)
                        ? new ClientFrame.Act(id, fields.room("room"), commands.cid(type, d), commands.command(type, d))
                        : new ClientFrame.Unknown(id);
        };
    }

    private ClientFrame hello(@Nullable String id, Fields d) throws BadField {
        var rooms = new LinkedHashMap<RoomId, ClientFrame.Cursor>();
        if (d.has("rooms")) {
            Fields named = d.object("rooms");
            if (named.raw().size() > MAX_HELLO_ROOMS) {
                throw new BadField("'d.rooms' may name at most " + MAX_HELLO_ROOMS + " rooms");
            }
            for (Map.Entry<String, JsonNode> room : named.raw().properties()) {
                if (!io.confab.kernel.Ids.isId(room.getKey())) {
                    throw new BadField("a key of 'd.rooms' is not a room id");
                }
                rooms.put(new RoomId(room.getKey()), cursor(named.object(room.getKey())));
            }
        }
        return new ClientFrame.Hello(id, d.optionalText("client", 64).orElse(""), rooms);
    }

    private static ClientFrame.Cursor cursor(Fields d) throws BadField {
        return new ClientFrame.Cursor(
                d.optionalText("ep", 40).orElse(null),
                d.optionalWhole("seq", 0, WireLimits.MAX_SEQ).orElse(null));
    }
}
