package io.confab.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Texts of the frames that answer or greet. Events are encoded by {@code io.confab.room.EventJson}. */
public final class ServerFrames {
    private ServerFrames() {}

    /** {@code {"t":"ok","id":…,"d":{…}}}; without {@code id} when the client gave none. */
    public static String ok(@Nullable String id, ObjectNode d) {
        return frame("ok", id, d);
    }

    /** The answer to a durable command. */
    public static String ok(@Nullable String id, String cid, long seq, Instant ts, boolean duplicate) {
        ObjectNode d = Json.object();
        d.put("cid", cid).put("seq", seq).put("ts", time(ts)).put("dup", duplicate);
        return frame("ok", id, d);
    }

    /** Any frame with a body. */
    public static String frame(String type, @Nullable String id, ObjectNode d) {
        ObjectNode frame = Json.object().put("t", type);
        if (id != null) {
            frame.put("id", id);
        }
        frame.set("d", d);
        return Json.write(frame);
    }

    /** A frame whose body is JSON text already, made by Confab. */
    public static String raw(String type, @Nullable String id, String json) {
        String correlation =
                id == null ? "" : ",\"id\":" + Json.write(Json.object().textNode(id));
        return "{\"t\":\"" + type + "\"" + correlation + ",\"d\":" + json + "}";
    }

    /** The answer to {@code ping}. @param rev the user's; @param heads of the rooms that the connection listens to */
    public static String pong(@Nullable String id, long rev, Map<RoomId, Long> heads) {
        ObjectNode rooms = Json.object();
        heads.forEach((room, head) -> rooms.put(room.value(), head));
        ObjectNode d = Json.object().put("rev", rev);
        d.set("rooms", rooms);
        return frame("pong", id, d);
    }

    /** {@code {"t":"resumed"}}: all rooms of the {@code hello} are caught up. */
    public static String resumed() {
        return "{\"t\":\"resumed\"}";
    }

    /** {@code {"t":"session.ended"}}: the sign-in was ended; the close follows. */
    public static String sessionEnded() {
        return "{\"t\":\"session.ended\"}";
    }

    /** The node is going away: come back, to another one, after this and a random part of the jitter. */
    public static String reconnect(Duration after, Duration jitter) {
        ObjectNode d = Json.object().put("after_ms", after.toMillis()).put("jitter_ms", jitter.toMillis());
        return frame("reconnect", null, d);
    }

    /** A refusal. */
    public static String err(@Nullable String id, Refusal refusal) {
        return err(id, ErrorCode.of(refusal), refusal.message(), retryAfter(refusal), details(refusal));
    }

    /** The refusal of a frame whose {@code t} this version does not know. */
    public static String unknownType(@Nullable String id) {
        return err(
                id,
                ErrorCode.UNKNOWN_TYPE,
                "this server does not know that frame type; see 'caps' in welcome",
                Optional.empty(),
                Optional.empty());
    }

    private static String err(
            @Nullable String id,
            ErrorCode code,
            String message,
            Optional<Duration> retryAfter,
            Optional<ObjectNode> details) {
        ObjectNode frame = Json.object().put("t", "err");
        if (id != null) {
            frame.put("id", id);
        }
        frame.put("code", code.word()).put("temporary", code.temporary());
        retryAfter.ifPresent(wait -> frame.put("retry_after_ms", wait.toMillis()));
        frame.put("message", message);
        details.ifPresent(d -> frame.set("d", d));
        return Json.write(frame);
    }

    /** How long to wait before the same request may succeed, where that is known. */
    public static Optional<Duration> retryAfter(Refusal refusal) {
        return switch (refusal) {
            case Refusal.SlowMode slow -> Optional.of(slow.retryAfter());
            case Refusal.RateLimited limited -> Optional.of(limited.retryAfter());
            case Refusal.Unavailable away -> Optional.of(away.retryAfter());
            default -> Optional.empty();
        };
    }

    /** The {@code d} of a refusal that has more to say. */
    public static Optional<ObjectNode> details(Refusal refusal) {
        return switch (refusal) {
            case Refusal.RateLimited limited ->
                Optional.of(Json.object()
                        .put("bucket", limited.bucket())
                        .put("limit", limited.limit())
                        .put("remaining", 0));
            case Refusal.Muted muted -> Optional.of(until(muted.until()));
            case Refusal.Banned banned -> Optional.of(until(banned.until()));
            default -> Optional.empty();
        };
    }

    /** A moment on the wire: RFC 3339 in UTC with milliseconds. */
    public static String time(Instant instant) {
        String text = instant.truncatedTo(ChronoUnit.MILLIS).toString();
        return text.length() == 20 ? text.substring(0, 19) + ".000Z" : text;
    }

    private static ObjectNode until(@Nullable Instant end) {
        ObjectNode d = Json.object();
        return end == null ? d.putNull("until") : d.put("until", time(end));
    }
}
