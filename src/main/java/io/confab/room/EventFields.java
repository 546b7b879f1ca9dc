package io.confab.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of each kind of event, in and out: the table in {@link EventJson}. */
final class EventFields {
    /** What of {@code d} has a column of its own in the log. */
    private static final Set<String> OUTSIDE = Set.of("by", "ts", "cid", "seq", "body");

    private EventFields() {}

    static @Nullable MessageBody body(RoomEvent event) {
        return switch (event) {
            case RoomEvent.MessagePosted posted -> posted.body();
            case RoomEvent.MessageEdited edited -> edited.body();
            case RoomEvent.MessageRestored restored -> restored.body();
            default -> null; // only these carry one
        };
    }

    /** Number of the one message that the event is about, where that is not its own. */
    static @Nullable Long target(RoomEvent event) {
        return switch (event) {
            case RoomEvent.MessageEdited edited -> Long.valueOf(edited.target());
            case RoomEvent.MessageDeleted deleted -> Long.valueOf(deleted.target());
            case RoomEvent.MessageRestored restored -> Long.valueOf(restored.target());
            case RoomEvent.MessagePinned pinned -> Long.valueOf(pinned.target());
            case RoomEvent.MessageUnpinned unpinned -> Long.valueOf(unpinned.target());
            case RoomEvent.Opaque opaque -> opaque.target();
            default -> null; // only these name one
        };
    }

    static void appendTarget(StringBuilder out, RoomEvent event) {
        number(out, "seq", target(event));
    }

    static void appendBody(StringBuilder out, RoomEvent event) {
        if (event instanceof RoomEvent.MessagePosted
                || event instanceof RoomEvent.MessageEdited
                || event instanceof RoomEvent.MessageRestored) {
            MessageBody body = body(event);
            out.append(body == null ? ",\"body\":null,\"deleted\":true" : ",\"body\":" + body.json());
        }
    }

    /** Appends {@code ,"field":value} for each field beyond by, ts, cid, target and body. */
    static void append(StringBuilder out, RoomEvent event) {
        switch (event) {
            case RoomEvent.RoomCreated created -> {
                text(out, "kind", created.kind().word());
                text(out, "name", created.name());
            }
            case RoomEvent.RoomUpdated updated -> {
                text(out, "name", updated.name());
                text(out, "topic", updated.topic());
                text(out, "mode", updated.mode() == null ? null : updated.mode().word());
                number(
                        out,
                        "slow_ms",
                        updated.slowMode() == null ? null : updated.slowMode().toMillis());
            }
            case RoomEvent.RoomArchived ignored -> {}
            case RoomEvent.MemberJoined joined -> member(out, joined.user(), joined.role());
            case RoomEvent.MemberRoleChanged changed -> member(out, changed.user(), changed.role());
            case RoomEvent.MemberLeft left -> {
                text(out, "user", left.user().value());
                text(out, "reason", left.reason());
            }
            case RoomEvent.SanctionSet set -> {
                text(out, "user", set.user().value());
                text(out, "kind", set.kind().word());
                text(out, "until", set.until() == null ? null : EventJson.time(set.until()));
                text(out, "reason", set.reason());
            }
            case RoomEvent.SanctionLifted lifted -> {
                text(out, "user", lifted.user().value());
                text(out, "kind", lifted.kind().word());
            }
            case RoomEvent.MessagePosted posted -> {
                number(out, "reply_to", posted.replyTo());
                number(out, "thread", posted.thread());
                mentions(out, posted.body(), posted.mentions());
            }
            case RoomEvent.MessageEdited edited -> mentions(out, edited.body(), edited.mentions());
            case RoomEvent.MessageDeleted deleted -> {
                text(out, "reason", deleted.reason());
                if (deleted.hidden()) {
                    out.append(",\"hidden\":true");
                }
            }
            case RoomEvent.MessageRestored restored -> {
                if (restored.body() != null) {
                    text(
                            out,
                            "author",
                            restored.author() == null ? null : restored.author().value());
                    text(out, "edited_at", restored.editedAt() == null ? null : EventJson.time(restored.editedAt()));
                }
                mentions(out, restored.body(), restored.mentions());
            }
            case RoomEvent.MessagesDeleted deleted -> {
                out.append(",\"seqs\":").append(Json.write(numbers(deleted.targets())));
                text(out, "reason", deleted.reason());
            }
            case RoomEvent.MessagePinned ignored -> {}
            case RoomEvent.MessageUnpinned ignored -> {}
            case RoomEvent.Opaque opaque -> {
                if (opaque.fields().length() > 2) { // what stands between its braces
                    out.append(',').append(opaque.fields(), 1, opaque.fields().length() - 1);
                }
            }
        }
    }

    static RoomEvent event(String type, @Nullable Long target, @Nullable MessageBody body, JsonNode d) {
        return switch (type) {
            case "room.created" ->
                new RoomEvent.RoomCreated(word(RoomKind.class, EventJson.text(d, "kind")), EventJson.text(d, "name"));
            case "room.updated" ->
                new RoomEvent.RoomUpdated(
                        EventJson.optionalText(d, "name"),
                        EventJson.optionalText(d, "topic"),
                        d.hasNonNull("mode") ? word(RoomMode.class, EventJson.text(d, "mode")) : null,
                        d.hasNonNull("slow_ms")
                                ? Duration.ofMillis(d.path("slow_ms").longValue())
                                : null);
            case "room.archived" -> new RoomEvent.RoomArchived();
            case "member.joined" -> new RoomEvent.MemberJoined(user(d), role(d));
            case "member.role" -> new RoomEvent.MemberRoleChanged(user(d), role(d));
            case "member.left" -> new RoomEvent.MemberLeft(user(d), EventJson.optionalText(d, "reason"));
            case "sanction.set" ->
                new RoomEvent.SanctionSet(user(d), sanction(d), until(d), EventJson.optionalText(d, "reason"));
            case "sanction.lifted" -> new RoomEvent.SanctionLifted(user(d), sanction(d));
            case "msg.new" ->
                new RoomEvent.MessagePosted(
                        body, optionalNumber(d, "reply_to"), optionalNumber(d, "thread"), mentions(d, body));
            case "msg.edited" -> new RoomEvent.MessageEdited(present(target), body, mentions(d, body));
            case "msg.deleted" ->
                new RoomEvent.MessageDeleted(
                        present(target),
                        EventJson.optionalText(d, "reason"),
                        d.path("hidden").booleanValue());
            case "msg.restored" -> restored(present(target), body, d);
            case "msgs.deleted" ->
                new RoomEvent.MessagesDeleted(numbers(d.path("seqs")), EventJson.optionalText(d, "reason"));
            case "pin.added" -> new RoomEvent.MessagePinned(present(target));
            case "pin.removed" -> new RoomEvent.MessageUnpinned(present(target));
            default -> new RoomEvent.Opaque(type, target, fields(body, d));
        };
    }

    /** A body first, as in every event that has one. @param d of a frame, or a row's detail */
    private static String fields(@Nullable MessageBody body, JsonNode d) {
        ObjectNode fields = Json.object();
        if (body != null) {
            fields.set("body", Json.read(body.json()));
        } else if (d.has("body")) {
            fields.putNull("body");
        }
        d.properties().forEach(field -> {
            if (!OUTSIDE.contains(field.getKey())) {
                fields.set(field.getKey(), field.getValue());
            }
        });
        return Json.write(fields);
    }

    private static RoomEvent restored(long target, @Nullable MessageBody body, JsonNode d) {
        if (body == null) {
            return RoomEvent.MessageRestored.emptied(target);
        }
        String editedAt = EventJson.optionalText(d, "edited_at");
        return new RoomEvent.MessageRestored(
                target,
                new UserId(EventJson.text(d, "author")),
                body,
                mentions(d, body),
                editedAt == null ? null : EventJson.instant(editedAt));
    }

    private static ArrayNode numbers(List<Long> numbers) {
        ArrayNode array = Json.array();
        numbers.forEach(array::add);
        return array;
    }

    private static List<Long> numbers(JsonNode array) {
        var numbers = new ArrayList<Long>();
        array.forEach(number -> numbers.add(number.longValue()));
        return numbers;
    }

    private static void member(StringBuilder out, UserId user, RoomRole role) {
        text(out, "user", user.value());
        text(out, "role", role.word());
    }

    private static void text(StringBuilder out, String field, @Nullable String value) {
        if (value != null) {
            out.append(",\"").append(field).append("\":");
            EventJson.quote(out, value);
        }
    }

    private static void number(StringBuilder out, String field, @Nullable Long value) {
        if (value != null) {
            out.append(",\"").append(field).append("\":").append(value.longValue());
        }
    }

    private static void mentions(StringBuilder out, @Nullable MessageBody body, List<Mention> mentions) {
        if (body == null) {
            return; // who was named in a deleted message is gone with it
        }
        out.append(",\"mentions\":[");
        String separator = "";
        for (Mention mention : mentions) {
            out.append(separator).append("{\"user\":\"").append(mention.user().value());
            out.append("\",\"offset\":").append(mention.offset());
            out.append(",\"length\":").append(mention.length()).append('}');
            separator = ",";
        }
        out.append(']');
    }

    static List<Mention> mentions(JsonNode d, @Nullable MessageBody body) {
        var mentions = new ArrayList<Mention>();
        if (body != null) {
            for (JsonNode mention : d.path("mentions")) {
                mentions.add(new Mention(
                        user(mention),
                        mention.path("offset").intValue(),
                        mention.path("length").intValue()));
            }
        }
        return mentions;
    }

    private static UserId user(JsonNode d) {
        return new UserId(EventJson.text(d, "user"));
    }

    private static RoomRole role(JsonNode d) {
        return word(RoomRole.class, EventJson.text(d, "role"));
    }

    private static SanctionKind sanction(JsonNode d) {
        return word(SanctionKind.class, EventJson.text(d, "kind"));
    }

    private static @Nullable Instant until(JsonNode d) {
        String until = EventJson.optionalText(d, "until");
        return until == null ? null : EventJson.instant(until);
    }

    private static @Nullable Long optionalNumber(JsonNode d, String field) {
        return d.hasNonNull(field) ? d.path(field).longValue() : null;
    }

    private static long present(@Nullable Long target) {
        if (target == null) {
            throw new IllegalArgumentException("an event about a message must name its target");
        }
        return target;
    }

    private static <E extends Enum<E>> E word(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }
}
