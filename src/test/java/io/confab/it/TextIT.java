package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.RawSocket;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that other servers stumbled over: what cannot be kept is refused, alone; what can be kept comes back as it was sent. */
class TextIT {
    private final URI base = SharedServer.base();
    private ApiClient alice;
    private String room;
    private ChatClient socket;

    @BeforeEach
    void connect() {
        alice = ApiClient.registered(base);
        room = alice.room("private");
        socket = ChatClient.connect(alice, room);
    }

    @AfterEach
    void disconnect() {
        socket.close();
    }

    @Test
    void nulAmongThirtySendsInFlightIsRefusedAndTheOthersAreKept() {
        nulAmongThirty(base);
    }

    /** Ten people, three sends each, one of them with U+0000; {@link TwoNodesIT} plays it on PostgreSQL. */
    static void nulAmongThirty(URI base) {
        var owner = ApiClient.registered(base);
        String room = owner.room("public");
        var sockets = new ArrayList<ChatClient>();
        for (int p = 0; p < 10; p++) {
            var person = ApiClient.registered(base);
            person.join(room);
            sockets.add(ChatClient.connect(person, room));
        }
        Map<String, ChatClient> good = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            for (int p = 0; p < 10; p++) {
                if (i == 1 && p == 5) {
                    sockets.get(p).raw(send("nul", room, "c", "\"text\":\"a\\u0000b\""));
                } else {
                    good.put(sockets.get(p).post(room, i + " of " + p, ApiClient.cid()) + " " + p, sockets.get(p));
                }
            }
        }

        good.forEach((id, socket) -> socket.expectOk(id.split(" ")[0]));
        JsonNode refused = sockets.get(5).expect("err");
        assertThat(refused.path("code").asText()).isEqualTo("bad_request");
        assertThat(refused.path("message").asText()).contains("d.body.text");
        JsonNode kept =
                owner.get("api/v1/rooms/" + room + "/messages?limit=100").body();
        assertThat(kept.path("messages")).hasSize(29);
        sockets.forEach(ChatClient::close);
    }

    private static String send(String id, String room, String cid, String body) {
        return "{\"t\":\"msg.send\",\"id\":\"" + id + "\",\"room\":\"" + room + "\",\"d\":{\"cid\":\"" + cid
                + "\",\"body\":{\"type\":\"text\"," + body + "}}}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"text\":\"x\",\"attributes\":{\"a\":{\"b\":{\"c\":\"\\u0000\"}}}",
                "\"text\":\"x\",\"attributes\":{\"a\":{\"b\":{\"c\\u0000\":1}}}",
                "\"text\":\"x\",\"attributes\":{\"a\":{\"b\":{\"c\":\"\\ud83d\"}}}",
                "\"text\":\"x\",\"attributes\":{\"a\":{\"b\":{\"c\\ude00\":1}}}",
                "\"text\":\"\\ud83d\"",
                "\"text\":\"\\ude00\"",
                "\"text\":\"\\ude00\\ud83d\""
            })
    void nulAndHalfCharactersAreRefusedWhereverTheyStandAndNothingIsKept(String body) {
        socket.raw(send("x", room, "c1", body));
        assertThat(socket.expect("err").path("code").asText()).isEqualTo("bad_request");
        socket.roundTrip();

        var overHttp = alice.raw(
                "POST",
                "api/v1/rooms/" + room + "/messages",
                "{\"cid\":\"c2\",\"body\":{\"type\":\"text\"," + body + "}}");
        assertThat(overHttp.code()).isEqualTo("bad_request");
        assertThat(alice.get("api/v1/rooms/" + room + "/messages").body().path("messages"))
                .isEmpty();
    }

    @Test
    void halfACharacterInACidIsRefused() {
        socket.raw(send("x", room, "c\\ud83d", "\"text\":\"x\""));

        assertThat(socket.expect("err").path("code").asText()).isEqualTo("bad_request");
        socket.roundTrip();
    }

    @Test
    void bytesThatAreNotUtf8CloseTheirOwnConnectionOnly() {
        byte[] frame = send("x", room, "c1", "\"text\":\"~\"").getBytes(StandardCharsets.UTF_8);
        var surrogate = new ByteArrayOutputStream();
        for (byte b : frame) {
            if (b == '~') {
                surrogate.writeBytes(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0xBD});
            } else {
                surrogate.write(b);
            }
        }
        byte[] cut = "{\"t\":\"\u20ac".getBytes(StandardCharsets.UTF_8);
        for (byte[] bytes : List.of(surrogate.toByteArray(), Arrays.copyOf(cut, cut.length - 1))) {
            try (var raw = RawSocket.open(base, alice.access())) {
                raw.text("{\"t\":\"hello\",\"d\":{}}");
                raw.expect("resumed");
                raw.frame(RawSocket.TEXT, bytes);

                assertThat(raw.expectClose()).isEqualTo(1007);
            }
        }
        socket.posts(room, "still here");
        assertThat(alice.get("api/v1/rooms/" + room + "/messages").body().path("messages"))
                .hasSize(1);
    }

    @Test
    void aCharacterSplitOverTwoFragmentsArrivesWhole() {
        String text = "pair \ud83d\ude00 euro \u20ac";
        byte[] frame = send("x", room, "c1", "\"text\":\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
        int inside = indexOf(frame, (byte) 0xF0) + 2;
        try (var raw = RawSocket.open(base, alice.access())) {
            raw.text("{\"t\":\"hello\",\"d\":{}}");
            raw.expect("resumed");
            raw.frame(RawSocket.TEXT_TO_BE_CONTINUED, Arrays.copyOf(frame, inside));
            raw.frame(RawSocket.LAST_CONTINUATION, Arrays.copyOfRange(frame, inside, frame.length));
            raw.expect("\"ok\"");
        }

        JsonNode event = socket.expect("msg.new");
        assertThat(event.at("/d/body/text").asText()).isEqualTo(text);
    }

    private static int indexOf(byte[] bytes, byte wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"  ", "\u200b", "\u2800", "\u3164", "\ufeff", "\u00ad", "\u034f", "\udb40\udc41"})
    void whatShowsNothingIsRefusedAsTextAndAsNameAndKeptAroundALetter(String nothing) {
        String around = nothing + "a" + nothing;

        socket.expectErr(socket.post(room, nothing + nothing, ApiClient.cid()), "bad_request");
        long seq = socket.posts(room, around).path("seq").asLong();
        assertThat(socket.expectEvent(room, seq).at("/d/body/text").asText()).isEqualTo(around);
        assertThat(create(nothing).code()).isEqualTo("bad_request");
        String named = create(around).body().path("room").asText();
        assertThat(alice.get("api/v1/rooms/" + named).body().path("name").asText())
                .isEqualTo(around);
        assertThat(register(nothing).code()).isEqualTo("bad_request");
        assertThat(register(around).body().path("display_name").asText()).isEqualTo(around);
        assertThat(SharedServer.admin()
                        .call("PATCH", "api/v1/rooms/" + named, Json.object().put("name", nothing))
                        .code())
                .isEqualTo("bad_request"); // for staff as for everybody
    }

    private ApiClient.Reply create(String name) {
        return alice.call(
                "POST",
                "api/v1/rooms",
                Json.object().put("cid", ApiClient.cid()).put("kind", "public").put("name", name));
    }

    private ApiClient.Reply register(String displayName) {
        return new ApiClient(base)
                .call(
                        "POST",
                        "api/v1/register",
                        Json.object()
                                .put("username", "u" + ApiClient.cid().substring(0, 12))
                                .put("password", ApiClient.PASSWORD)
                                .put("display_name", displayName));
    }

    @Test
    void joinersInsideEmojiAndWordsStay() {
        for (String text : List.of(
                "\ud83d\udc69\u200d\ud83d\udcbb", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "e\u0301")) {
            long seq = socket.posts(room, text).path("seq").asLong();

            assertThat(socket.expectEvent(room, seq).at("/d/body/text").asText())
                    .isEqualTo(text);
        }
    }
}
