package io.confab.fanout;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.presence.PresenceStatus;
import io.confab.presence.Typing;
import java.util.List;
import java.util.Map;

/**
 * Texts of presence and typing. To clients:
 *
 * <pre>
 * {"t":"presence","room":…,"d":{"users":[{"user":…,"status":"online"|"away"|"offline"}],"online":n}}
 * {"t":"typing","room":…,"d":{"users":[… ≤ 3],"more":n}}
 * </pre>
 *
 * Between nodes:
 *
 * <pre>
 * {"k":"people","node":…,"round":n,"last":true|false,"users":{user:status,…}}   rounds rise; "last" ends a full state
 * {"k":"gone","node":…}
 * {"k":"typing","room":…,"user":…,"on":true|false}
 * </pre>
 */
final class PresenceTexts {
    private static final int NAMES = 3;

    private PresenceTexts() {}

    static String presence(RoomId room, Map<UserId, PresenceStatus> people, int online) {
        ObjectNode frame = Json.object().put("t", "presence").put("room", room.value());
        ObjectNode d = frame.putObject("d");
        ArrayNode users = d.putArray("users");
        people.forEach(
                (user, status) -> users.addObject().put("user", user.value()).put("status", status.word()));
        d.put("online", online);
        return Json.write(frame);
    }

    static String typing(RoomId room, List<UserId> people) {
        ObjectNode frame = Json.object().put("t", "typing").put("room", room.value());
        ObjectNode d = frame.putObject("d");
        ArrayNode users = d.putArray("users");
        people.stream().limit(NAMES).forEach(user -> users.add(user.value()));
        d.put("more", Math.max(0, people.size() - NAMES));
        return Json.write(frame);
    }

    static String people(String node, long round, boolean last, Map<UserId, PresenceStatus> people) {
        ObjectNode text = Json.object()
                .put("k", "people")
                .put("node", node)
                .put("round", round)
                .put("last", last);
        ObjectNode users = text.putObject("users");
        people.forEach((user, status) -> users.put(user.value(), status.word()));
        return Json.write(text);
    }

    static String gone(String node) {
        return Json.write(Json.object().put("k", "gone").put("node", node));
    }

    static String typing(Typing.Heard heard) {
        return Json.write(Json.object()
                .put("k", "typing")
                .put("room", heard.room().value())
                .put("user", heard.user().value())
                .put("on", heard.on()));
    }
}
