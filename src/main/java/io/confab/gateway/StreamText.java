package io.confab.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.wire.ClientFrame.Cursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The socket's frames as server-sent events (WHATWG HTML section 9.2), one for each JSON object:
 *
 * <pre>
 * id: r_9:a1:42,r_5:c2:11       the last number of every room of the stream; only where one has moved
 * event: msg.new
 * data: {"t":"msg.new","room":"r_9","ep":"a1","seq":42,"d":{…}}
 * </pre>
 *
 * <p>A room whose subscription ended with a gap keeps its last cursor: who comes back with it is told of the gap again, and
 * never of less. One that the person is not in leaves the ids as soon as that was told. Our JSON has no line breaks. Not
 * thread-safe.
 */
final class StreamText {
    /** A comment: it keeps proxies from cutting an idle stream, and tells a client that the server is there. */
    static final String HEARTBEAT = ":\n\n";

    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<String, String> cursors = new LinkedHashMap<>(); // room -> room:ep:seq

    /** @param given what the client has said it has */
    StreamText(Map<RoomId, Cursor> given) {
        given.forEach((room, cursor) -> {
            if (cursor.seq() != null) { // without an epoch too: an id that left it out would hide a gap
                move(room.value(), cursor.epoch() == null ? "" : cursor.epoch(), cursor.seq());
            }
        });
    }

    /** What is needed of an object to frame it. @param room null: it belongs to no room's log */
    private record Head(
            String type, @Nullable String room, @Nullable String epoch, long seq) {}

    /** The objects of one frame: itself, or the elements of an array. */
    static List<String> objects(String frame) {
        if (!frame.startsWith("[")) {
            return List.of(frame);
        }
        var objects = new ArrayList<String>();
        try (JsonParser parser = FACTORY.createParser(frame)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                int from = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
                parser.skipChildren();
                int to = Math.toIntExact(parser.currentLocation().getCharOffset());
                objects.add(frame.substring(from, to));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return objects;
    }

    /** One object as an event; moves the cursor of its room. */
    String event(String object) {
        Head head = head(object);
        boolean moved = false;
        if (head.room() != null && head.epoch() != null && head.seq() > 0) {
            move(head.room(), head.epoch(), head.seq());
            moved = true;
        } else if (head.type().equals("welcome")) {
            begin(object);
            moved = true;
        }
        return text(moved ? "id: " + String.join(",", cursors.values()) + "\n" : "", head.type(), object);
    }

    /** The last event of a stream: what a socket says by its close code. */
    static String close(int code, String reason) {
        return text("", "close", Json.write(Json.object().put("code", code).put("reason", reason)));
    }

    private static String text(String id, String type, String data) {
        return id + "event: " + type + "\ndata: " + data + "\n\n";
    }

    private void move(String room, String epoch, long seq) {
        cursors.put(room, room + ":" + epoch + ":" + seq);
    }

    private void begin(String welcome) {
        for (var room : Json.read(welcome).at("/d/rooms").properties()) {
            JsonNode said = room.getValue();
            switch (said.path("status").asText()) {
                case "ok" ->
                    move(
                            room.getKey(),
                            said.path("ep").asText(),
                            said.path("from").asLong() - 1);
                case "none" -> cursors.remove(room.getKey());
                default -> {
                    if (said.path("reason").asText().equals("left")) {
                        cursors.remove(room.getKey());
                    }
                }
            }
        }
    }

    /** Reads the fields before {@code d}, where the server writes what names an event. */
    private static Head head(String object) {
        String type = "";
        String room = null;
        String epoch = null;
        long seq = 0;
        try (JsonParser parser = FACTORY.createParser(object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isStructStart()) {
                    break;
                }
                switch (field) {
                    case "t" -> type = parser.getText();
                    case "room" -> room = parser.getText();
                    case "ep" -> epoch = parser.getText();
                    case "seq" -> seq = parser.getLongValue();
                    default -> {} // nothing that frames an event
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Head(type, room, epoch, seq);
    }
}
