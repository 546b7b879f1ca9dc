package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.confab.directory.History;
import io.confab.directory.Members;
import io.confab.directory.RoomView;
import io.confab.kernel.Json;
import io.confab.room.Membership;
import io.confab.wire.ServerFrames;
import java.time.Instant;
import java.util.List;

/** JSON of what the directory found. */
final class RoomJson {
    private RoomJson() {}

    static ObjectNode room(RoomView view) {
        var state = view.state();
        ObjectNode json = Json.object()
                .put("room", state.room().value())
                .put("kind", state.kind().word())
                .put("name", state.name())
                .put("topic", state.topic())
                .put("mode", state.mode().word())
                .put("slow_ms", state.slowMode().toMillis())
                .put("archived", state.archived())
                .put("members", state.members())
                .put("ep", state.epoch())
                .put("head", state.head())
                .put("member", view.role() != null);
        if (view.role() != null) {
            json.put("role", view.role());
        }
        var counts = view.counts();
        if (counts != null) {
            json.put("read", counts.read()).put("unread", counts.unread()).put("mentions", counts.mentions());
        }
        view.other()
                .ifPresent(peer -> json.set(
                        "peer",
                        Json.object()
                                .put("id", peer.id())
                                .put("username", peer.username())
                                .put("display_name", peer.displayName())));
        return json;
    }

    static ObjectNode member(Members.Member member) {
        ObjectNode json = Json.object()
                .put("user", member.user())
                .put("username", member.username())
                .put("display_name", member.displayName());
        if (member.role() != null) {
            json.put("role", member.role());
        }
        until(json, "muted_until", member.mutedUntil());
        until(json, "banned_until", member.bannedUntil());
        return json;
    }

    /** The end of a sanction; one without an end is {@code "forever"}. */
    private static void until(ObjectNode json, String field, @org.jspecify.annotations.Nullable Instant end) {
        if (end != null) {
            json.put(field, end.equals(Membership.FOREVER) ? "forever" : ServerFrames.time(end));
        }
    }

    static ObjectNode message(History.Message message) {
        ObjectNode json = Json.object()
                .put("seq", message.seq())
                .put("by", message.by())
                .put("ts", ServerFrames.time(message.ts()));
        if (message.body() == null) {
            json.putNull("body").put("deleted", true);
            if (message.hidden()) {
                json.put("hidden", true);
            }
        } else {
            json.putRawValue("body", new RawValue(message.body())); // as it is stored: no tree of what may be large
        }
        if (message.editedAt() != null) {
            json.put("edited_at", ServerFrames.time(message.editedAt()));
        }
        for (String field : List.of("reply_to", "thread")) {
            if (message.detail().hasNonNull(field)) {
                json.set(field, message.detail().get(field));
            }
        }
        json.set("mentions", message.mentions());
        return json;
    }

    static <T> ArrayNode array(List<T> rows, java.util.function.Function<T, ObjectNode> json) {
        ArrayNode array = Json.array();
        rows.forEach(row -> array.add(json.apply(row)));
        return array;
    }
}
