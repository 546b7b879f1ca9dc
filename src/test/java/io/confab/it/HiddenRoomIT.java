package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A room that one may not see answers through every door exactly as one that does not exist. */
class HiddenRoomIT {
    private static final String MISSING = "r_doesnotexist";

    private final URI base = SharedServer.base();
    private final ApiClient owner = ApiClient.registered(base);
    private final ApiClient friend = ApiClient.registered(base);

    /** Whom a room is hidden from, and the room. */
    private record View(String who, ApiClient person, String room) {}

    private List<View> views() {
        var stranger = ApiClient.registered(base);
        var banned = ApiClient.registered(base);
        var removed = ApiClient.registered(base);
        String room = owner.room("private", removed.user());
        String direct = owner.room("direct", friend.user());
        assertThat(owner.call("PUT", "api/v1/rooms/" + room + "/sanctions/" + banned.user() + "/ban", Json.object())
                        .status())
                .isEqualTo(200);
        assertThat(owner.call("DELETE", "api/v1/rooms/" + room + "/members/" + removed.user(), null)
                        .status())
                .isEqualTo(200);
        return List.of(
                new View("a stranger", stranger, room),
                new View("a stranger to two people", stranger, direct),
                new View("somebody banned before joining", banned, room),
                new View("a former member", removed, room));
    }

    @Test
    void overTheSocket() {
        for (View view : views()) {
            try (var socket = ChatClient.connect(view.person())) {
                for (Map.Entry<String, ObjectNode> frame : frames().entrySet()) {
                    String type = frame.getKey().split(" ")[0];
                    JsonNode hidden = answer(socket, type, view.room(), frame.getValue());
                    JsonNode missing = answer(socket, type, MISSING, frame.getValue());

                    assertThat(hidden).as(view.who() + ": " + frame.getKey()).isEqualTo(missing);
                }
            }
            var rooms = Json.object();
            for (String room : List.of(view.room(), MISSING)) {
                rooms.putObject(room).put("seq", 1);
            }
            try (var socket = ChatClient.open(base, view.person().access())) {
                socket.send("hello", null, (ObjectNode) Json.object().set("rooms", rooms));
                JsonNode said = socket.expect("welcome").at("/d/rooms");

                assertThat(said.path(view.room())).as(view.who() + ": hello").isEqualTo(said.path(MISSING));
            }
        }
    }

    /** Every frame that names a room, the harmless form of each. */
    private Map<String, ObjectNode> frames() {
        var frames = new LinkedHashMap<String, ObjectNode>();
        String someone = friend.user();
        frames.put("sub from the head", Json.object());
        frames.put("sub from a number", Json.object().put("seq", 1));
        frames.put("sub from a guessed epoch", Json.object().put("ep", "guess").put("seq", 1));
        frames.put("fetch", Json.object().put("after", 0));
        frames.put("unsub", Json.object());
        frames.put("read", Json.object().put("seq", 1));
        frames.put("room.update", Json.object().put("topic", "x"));
        frames.put("room.archive", Json.object());
        frames.put("room.join", Json.object());
        frames.put("room.leave", Json.object());
        frames.put("room.invite", Json.object().put("user", someone));
        frames.put("room.kick", Json.object().put("user", someone));
        frames.put("room.role", Json.object().put("user", someone).put("role", "member"));
        frames.put("room.sanction", Json.object().put("user", someone).put("kind", "mute"));
        frames.put("room.unsanction", Json.object().put("user", someone).put("kind", "mute"));
        frames.put("msg.send", text(Json.object()));
        frames.put("msg.send as an answer", text(Json.object().put("reply_to", 1)));
        frames.put("msg.edit", text(Json.object().put("seq", 1)));
        frames.put("msg.delete", Json.object().put("seq", 1));
        frames.put("msg.hide", Json.object().put("seq", 1));
        frames.put("msg.restore", Json.object().put("seq", 1));
        frames.put("msgs.delete", Json.object().set("seqs", Json.array().add(1)));
        frames.put("pin.add", Json.object().put("seq", 1));
        frames.put("pin.remove", Json.object().put("seq", 1));
        return frames;
    }

    private static ObjectNode text(ObjectNode d) {
        d.putObject("body").put("type", "text").put("text", "x");
        return d;
    }

    private static JsonNode answer(ChatClient socket, String type, String room, ObjectNode d) {
        ObjectNode claim = d.deepCopy();
        if (type.equals("msg.send")) {
            claim.put("cid", ApiClient.cid());
        }
        return ((ObjectNode) socket.answer(socket.send(type, room, claim)).deepCopy()).without("id");
    }

    @Test
    void overHttp() {
        String someone = friend.user();
        var calls = new ArrayList<List<String>>();
        calls.add(List.of("GET", ""));
        calls.add(List.of("PATCH", "", "{\"topic\":\"x\"}"));
        calls.add(List.of("DELETE", ""));
        calls.add(List.of("GET", "/members"));
        calls.add(List.of("POST", "/members", "{}"));
        calls.add(List.of("POST", "/members", "{\"user\":\"" + someone + "\"}"));
        calls.add(List.of("PUT", "/members/" + someone, "{\"role\":\"member\"}"));
        calls.add(List.of("DELETE", "/members/" + someone));
        calls.add(List.of("PUT", "/sanctions/" + someone + "/mute", "{}"));
        calls.add(List.of("PUT", "/sanctions/" + someone + "/ban", "{}"));
        calls.add(List.of("DELETE", "/sanctions/" + someone + "/ban"));
        calls.add(List.of("GET", "/events"));
        calls.add(List.of("GET", "/messages"));
        calls.add(List.of("GET", "/messages?around=1"));
        calls.add(List.of("POST", "/messages", "{\"cid\":\"CID\",\"body\":{\"type\":\"text\",\"text\":\"x\"}}"));
        calls.add(List.of("GET", "/pins"));
        calls.add(List.of("PUT", "/pins/1"));
        calls.add(List.of("DELETE", "/pins/1"));
        calls.add(List.of("PUT", "/messages/1/hidden", "{}"));
        calls.add(List.of("DELETE", "/messages/1/hidden"));
        calls.add(List.of("POST", "/messages/removal", "{\"seqs\":[1]}"));
        calls.add(List.of("PATCH", "/messages/1", "{\"body\":{\"type\":\"text\",\"text\":\"x\"}}"));
        calls.add(List.of("DELETE", "/messages/1"));
        for (View view : views()) {
            for (List<String> call : calls) {
                var hidden = call(view.person(), view.room(), call);
                var missing = call(view.person(), MISSING, call);

                assertThat(hidden.status()).as(view.who() + ": " + call).isEqualTo(missing.status());
                assertThat(hidden.body()).as(view.who() + ": " + call).isEqualTo(missing.body());
            }
        }
    }

    private static ApiClient.Reply call(ApiClient who, String room, List<String> call) {
        String body = call.size() < 3 ? null : call.get(2).replace("CID", ApiClient.cid());
        return who.raw(call.get(0), "api/v1/rooms/" + room + call.get(1), body);
    }

    @Test
    void overTheConsole() throws IOException, InterruptedException {
        String room = owner.room("private");
        var http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        for (String page : List.of("room", "room.xhtml", "act")) {
            var answers = new ArrayList<String>();
            for (String id : List.of(room, MISSING)) {
                // a token of the API opens nothing here either
                var request = HttpRequest.newBuilder(base.resolve("admin/" + page + "?id=" + id + "&room=" + id))
                        .header("Authorization", "Bearer " + owner.access())
                        .build();
                var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                answers.add((answer.statusCode() + " " + answer.headers().firstValue("location") + answer.body())
                        .replace(id, "ID"));
            }

            assertThat(answers.get(0)).as(page).startsWith("303").isEqualTo(answers.get(1));
        }
    }

    @Test
    void whoIsNotInItReachesNobodyThere() {
        String room = owner.room("private", friend.user());
        var stranger = ApiClient.registered(base);
        try (var inside = ChatClient.connect(owner, room);
                var outside = ChatClient.connect(stranger)) {
            for (String target : List.of(room, MISSING)) {
                for (int i = 0; i < 50; i++) {
                    outside.send("typing", target, Json.object().put("on", true));
                }
            }
            outside.send("presence", null, Json.object().put("status", "away"));
            outside.roundTrip();
            try (var also = ChatClient.connect(friend, room)) {
                also.send("typing", room, Json.object().put("on", true));
                // what the stranger sent came before it, and would have been told with it or earlier
                inside.expect(
                        "friend typing",
                        frame -> frame.path("t").asText().equals("typing")
                                && frame.toString().contains(friend.user()));
            }

            assertThat(outside.frames().toString()).doesNotContain(room);
            assertThat(inside.frames().toString()).doesNotContain(stranger.user());
        }
    }
}
