package io.confab.room;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one codec of events: the frames clients get, the texts nodes send each other and the columns of the log.
 *
 * <pre>
 * {"t":"msg.new","room":"r_9","ep":"a1","seq":42,"d":{"by":"u_1","ts":"2026-01-31T12:00:00.000Z","cid":"01JC…", … }}
 *
 * msg.new          body, reply_to?, thread?, mentions:[{user,offset,length}]   deleted: "body":null,"deleted":true, no mentions
 * msg.edited       seq, body, mentions                                         deleted: likewise
 * msg.deleted      seq, reason?, hidden?:true      msgs.deleted   seqs:[…], reason?
 * msg.restored     seq, body, author, edited_at?, mentions                       deleted again: as msg.edited, no author
 * pin.added        seq               pin.removed    seq
 * room.created     kind, name        room.updated  name?, topic?, mode?, slow_ms?      room.archived  –
 * member.joined    user, role        member.left   user, reason?                       member.role    user, role
 * sanction.set     user, kind, until?, reason?                                         sanction.lifted  user, kind
 * </pre>
 *
 * {@code seq} is the number of the message's {@code msg.new}. Times are UTC with three digits of milliseconds; finer
 * ones are cut off. A body is spliced in as it is kept, so encoding builds no tree. Pure; thread-safe (docs/adr/0014).
 */
public final class EventJson {
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final int USUAL_FRAME_CHARS = 256;

    private EventJson() {}

    /** The event as clients and other nodes read it: one JSON object, no line breaks. */
    public static String encode(LoggedEvent logged) {
        RoomEvent event = logged.event();
        var out = new StringBuilder(usualChars(logged));
        out.append("{\"t\":\"").append(event.type());
        out.append("\",\"room\":\"").append(logged.room().value());
        out.append("\",\"ep\":");
        quote(out, logged.epoch());
        out.append(",\"seq\":").append(logged.seq());
        out.append(",\"d\":{\"by\":\"").append(logged.by().value());
        out.append("\",\"ts\":\"").append(time(logged.ts())).append('"');
        if (logged.cid() != null) {
            out.append(",\"cid\":");
            quote(out, logged.cid());
        }
        EventFields.appendTarget(out, event);
        EventFields.appendBody(out, event);
        EventFields.append(out, event);
        return out.append("}}").toString();
    }

    /** About how long the text of {@link #encode} will be; costs nothing. */
    public static int usualChars(LoggedEvent logged) {
        if (logged.event() instanceof RoomEvent.Opaque opaque) {
            return USUAL_FRAME_CHARS + opaque.fields().length();
        }
        MessageBody body = EventFields.body(logged.event());
        return USUAL_FRAME_CHARS + (body == null ? 0 : body.json().length());
    }

    /**
     * Reads what {@link #encode} wrote, perhaps on a node of another version: unknown fields are ignored, and an event of an
     * unknown type is {@link RoomEvent.Opaque}, encoded again as it came.
     *
     * @throws IllegalArgumentException when it is no event; the caller reads the log instead
     */
    public static LoggedEvent decode(String wireText) {
        JsonNode frame = tree(wireText);
        JsonNode d = frame.path("d");
        JsonNode body = d.path("body");
        RoomEvent event = EventFields.event(
                text(frame, "t"),
                d.hasNonNull("seq") ? d.path("seq").longValue() : null,
                body.isObject() ? body(body) : null,
                d);
        return new LoggedEvent(
                new RoomId(text(frame, "room")),
                text(frame, "ep"),
                frame.path("seq").longValue(),
                new UserId(text(d, "by")),
                instant(text(d, "ts")),
                optionalText(d, "cid"),
                event);
    }

    /** The fields of {@code d} beyond by, ts, cid, target and body, as a JSON object: the log's column {@code detail}. */
    public static String detail(RoomEvent event) {
        var out = new StringBuilder();
        EventFields.append(out, event);
        if (out.isEmpty()) {
            return "{}";
        }
        out.setCharAt(0, '{'); // each field begins with its comma
        return out.append('}').toString();
    }

    /**
     * The event of a row of the log. A message without a body is a deleted one and has no mentions, whatever the detail
     * says.
     *
     * @param target number of the {@code msg.new}, of {@code msg.edited} and {@code msg.deleted}
     * @throws IllegalArgumentException when it is no event
     */
    public static RoomEvent event(String type, @Nullable Long target, @Nullable MessageBody body, String detail) {
        return EventFields.event(type, target, body, tree(detail));
    }

    /** Number of the message that an event is about: the log's column {@code target_seq}. Null: none, or its own. */
    public static @Nullable Long target(RoomEvent event) {
        return EventFields.target(event);
    }

    /** The text that an event carries: the log's column {@code body}. */
    public static @Nullable MessageBody bodyOf(RoomEvent event) {
        return EventFields.body(event);
    }

    /** Who is mentioned, from the column {@code detail} of an event that carried a text. */
    public static List<Mention> mentions(MessageBody body, String detail) {
        return EventFields.mentions(tree(detail), body);
    }

    /** A body that was checked when it came in; its text form is the canonical one, whatever order its keys are in. */
    public static MessageBody body(JsonNode body) {
        String type = text(body, "type");
        String text = type.equals(MessageBody.TEXT) ? text(body, "text") : "";
        return new MessageBody(type, text, Json.write(Json.canonical(body)));
    }

    /** The body in a row of the log; PostgreSQL gives it back with its keys in another order. */
    public static MessageBody storedBody(String json) {
        return body(Json.read(json));
    }

    static String time(Instant instant) {
        return MILLIS.format(instant);
    }

    static Instant instant(String time) {
        try {
            return Instant.parse(time);
        } catch (java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException("not a time: field of an event", e);
        }
    }

    static void quote(StringBuilder out, String text) {
        out.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        out.append('"');
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("an event's field '" + field + "' must be a text");
        }
        return value.textValue();
    }

    static @Nullable String optionalText(JsonNode node, String field) {
        return node.hasNonNull(field) ? text(node, field) : null;
    }

    private static JsonNode tree(String text) {
        try {
            return Json.read(text);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException("an event's text is not JSON", e);
        }
    }
}
