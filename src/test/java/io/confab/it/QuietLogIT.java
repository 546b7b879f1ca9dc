package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import org.junit.jupiter.api.Test;

/** What people write and what opens doors never stands in the log, whatever goes wrong with it. */
class QuietLogIT {
    private static final String TEXT = "what-alice-tells-nobody-else";
    private static final String WRONG = "a-password-with-a-slip";

    @Test
    void noTextNoPasswordAndNoTokenStandsInTheLog() {
        var alice = ApiClient.registered(SharedServer.base());
        String room = alice.room("private");
        String access = alice.access();
        String refreshBody = signIns(alice);
        overSockets(alice, room);
        overHttp(alice, room);

        assertThat(SharedServer.process().log())
                .contains("io.confab")
                .doesNotContain(TEXT, WRONG, ApiClient.PASSWORD, access, alice.access(), refreshBody)
                .doesNotContain("an admin password for tests")
                .doesNotContainPattern("bearer\\.[A-Za-z0-9]|Bearer ey|eyJ[A-Za-z0-9_-]{20}");
    }

    private static String signIns(ApiClient alice) {
        new ApiClient(SharedServer.base()).login(alice.username(), WRONG);
        var change = Json.object().put("current", WRONG).put("new", ApiClient.PASSWORD + WRONG);
        assertThat(alice.call("POST", "api/v1/password", change).status()).isGreaterThanOrEqualTo(400);
        String body = alice.login(alice.username(), ApiClient.PASSWORD)
                .body()
                .path("refresh")
                .asText();
        assertThat(body).isNotEmpty();
        alice.refresh();
        alice.raw("POST", "api/v1/token", "{\"refresh\":\"" + body + "x\"}");
        alice.raw("POST", "api/v1/token", "{\"refresh\":\"" + body);
        return body;
    }

    private static void overSockets(ApiClient alice, String room) {
        try (var socket = ChatClient.connect(alice, room)) {
            String cid = ApiClient.cid();
            long seq = socket.expectOk(socket.post(room, TEXT, cid)).path("seq").asLong();
            socket.expectErr(socket.post(room, TEXT + " again", cid), "cid_conflict");
            socket.expectErr(socket.post("r_nowhere", TEXT, ApiClient.cid()), "not_found");
            var edit = Json.object().put("seq", seq);
            edit.putObject("body").put("type", "text").put("text", TEXT + " edited");
            socket.expectOk(socket.send("msg.edit", room, edit));
            socket.expectOk(socket.send("msg.delete", room, Json.object().put("seq", seq)));
            socket.expectErr(socket.send("of.no.type", room, Json.object().put("text", TEXT)), "unknown_type");
            socket.expectErr(socket.send("msg.send", room, Json.object().put("body", TEXT)), "bad_request");
            socket.raw("{\"t\":\"msg.send\",\"d\":{\"text\":\"" + TEXT);
            socket.expect("err");
            socket.roundTrip();
        }
        try (var socket = ChatClient.open(SharedServer.base(), "eyJhbGciOiJub25lIn0." + WRONG + ".")) {
            assertThat(socket.expectClose()).isEqualTo(4500);
        }
    }

    private static void overHttp(ApiClient alice, String room) {
        assertThat(alice.post(room, TEXT).status()).isEqualTo(201);
        String path = "api/v1/rooms/" + room + "/messages";
        assertThat(alice.raw("POST", path, "{\"body\":{\"text\":\"" + TEXT).status())
                .isEqualTo(400);
        assertThat(alice.raw("POST", path, "{\"body\":{\"type\":\"" + TEXT + "\"}}")
                        .status())
                .isEqualTo(400);
        assertThat(alice.get("api/v1/users?q=" + TEXT).status()).isLessThan(500);
    }
}
