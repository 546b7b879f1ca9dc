package io.confab.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import java.util.List;

/** One of the ways in: the same request through each of them has the same answer. */
public interface Door {
    /**
     * What became of a command of section 3 of docs/protocol/v1.md: {@code {"ok":{…}}} with the fields of the socket's
     * {@code ok}, or {@code {"err":{code, temporary, retry_after_ms?, message, d?}}}.
     * A sentence names a field as it stands at its door ({@code 'd.cid'}, {@code 'cid'} or {@code Idempotency-Key}); here it is
     * {@code 'cid'} for all.
     */
    JsonNode asks(String type, String room, ObjectNode d);

    /** Frames of an open socket. */
    static Door socket(ChatClient socket) {
        return (type, room, d) -> {
            String id = socket.send(type, room, d);
            ObjectNode answer = socket.expect("an answer to " + id, frame -> isAnswer(frame, id))
                    .deepCopy();
            if (answer.path("t").asText().equals("ok")) {
                return wrap("ok", answer.get("d"));
            }
            answer.remove(List.of("t", "id"));
            return wrap("err", plain(answer));
        };
    }

    /** What was no JSON that is taken is answered without its id: that cannot be trusted either. */
    private static boolean isAnswer(JsonNode frame, String id) {
        boolean answers = List.of("ok", "err").contains(frame.path("t").asText());
        return answers && frame.path("id").asText(id).equals(id);
    }

    /** Calls of the HTTP API. */
    static Door http(ApiClient caller) {
        return (type, room, d) -> outcome(call(caller, type, "api/v1/rooms/" + room, d.deepCopy()));
    }

    private static ApiClient.Reply call(ApiClient caller, String type, String room, ObjectNode d) {
        String message = room + "/messages/" + d.path("seq").asText();
        String user = d.path("user").asText();
        return switch (type) {
            case "msg.send" -> withKey(caller, "POST", room + "/messages", d);
            case "msg.edit" -> withKey(caller, "PATCH", message, d.without("seq"));
            case "msg.delete" -> withKey(caller, "DELETE", message, d.without("seq"));
            case "room.join" -> withKey(caller, "POST", room + "/members", d);
            case "msg.hide" -> withKey(caller, "PUT", message + "/hidden", d.without("seq"));
            case "msg.restore" -> withKey(caller, "DELETE", message + "/hidden", d.without("seq"));
            case "msgs.delete" -> withKey(caller, "POST", room + "/messages/removal", d);
            case "pin.add" ->
                withKey(caller, "PUT", room + "/pins/" + d.path("seq").asText(), d.without("seq"));
            case "pin.remove" ->
                withKey(caller, "DELETE", room + "/pins/" + d.path("seq").asText(), d.without("seq"));
            case "room.invite" -> withKey(caller, "POST", room + "/members", d);
            case "room.sanction" -> withKey(caller, "PUT", sanction(room, d), d.without(List.of("user", "kind")));
            case "room.unsanction" -> withKey(caller, "DELETE", sanction(room, d), d.without(List.of("user", "kind")));
            case "room.archive" -> withKey(caller, "DELETE", room, d);
            case "room.leave" -> withKey(caller, "DELETE", room + "/members/" + caller.user(), d);
            case "room.kick" -> withKey(caller, "DELETE", room + "/members/" + user, d.without("user"));
            case "room.role" -> withKey(caller, "PUT", room + "/members/" + user, d.without("user"));
            case "room.update" -> withKey(caller, "PATCH", room, d);
            case "read" -> caller.call("PUT", room + "/read", d);
            case "fetch" -> caller.get(room + "/events?after=" + d.path("after") + "&limit=" + d.path("limit"));
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static String sanction(String room, ObjectNode d) {
        return room + "/sanctions/" + d.path("user").asText() + "/"
                + d.path("kind").asText();
    }

    private static ApiClient.Reply withKey(ApiClient caller, String method, String path, ObjectNode d) {
        JsonNode key = d.remove("cid");
        String body = method.equals("DELETE") ? null : Json.write(d);
        return key == null
                ? caller.raw(method, path, body)
                : caller.raw(method, path, body, "Idempotency-Key", key.asText());
    }

    private static JsonNode outcome(ApiClient.Reply reply) {
        ObjectNode body = reply.body().deepCopy();
        if (reply.status() < 400) {
            return body.has("events") ? wrap("ok", body) : wrap("ok", body.without(List.of("room", "ep")));
        }
        body.set("message", body.remove("detail"));
        return wrap("err", plain(body.without(List.of("type", "title", "status"))));
    }

    private static ObjectNode plain(ObjectNode err) {
        String message = err.path("message").asText();
        return err.put("message", message.replace("'d.", "'").replace("Idempotency-Key must", "'cid' must"));
    }

    private static JsonNode wrap(String word, JsonNode content) {
        return Json.object().set(word, content);
    }
}
