package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a frame or a call gets its code; the connection lives where it can, and nobody else notices. */
class BadInputIT {
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

    private JsonNode firstError() {
        return socket.expect("err");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "not json",
                "[]",
                "\"text\"",
                "",
                "{\"t\":\"ping\",\"t\":\"ping\"}",
                "{\"t\":5}",
                "{\"id\":7,\"t\":\"ping\"}",
                "{\"t\":\"msg.send\",\"id\":\"x\"}",
                "{\"t\":\"msg.send\",\"id\":\"x\",\"room\":\"r_1\",\"d\":[]}",
                "{\"t\":\"fetch\",\"id\":\"x\",\"room\":\"r_1\",\"d\":{\"after\":\"0\"}}",
                "{\"t\":\"fetch\",\"id\":\"x\",\"room\":\"r_1\",\"d\":{\"after\":0,\"limit\":0}}",
                "{\"t\":\"fetch\",\"id\":\"x\",\"room\":\"r_1\",\"d\":{\"after\":0,\"limit\":-1}}",
                "{\"t\":\"fetch\",\"id\":\"x\",\"room\":\"r_1\",\"d\":{\"after\":0,\"limit\":1000000000}}",
                "{\"t\":\"sub\",\"id\":\"x\",\"room\":\"no room id!\",\"d\":{}}"
            })
    void aFrameThatIsNotOfTheFormIsBadRequestAndTheConnectionLives(String frame) {
        socket.raw(frame);

        assertThat(firstError().path("code").asText()).isEqualTo("bad_request");
        socket.roundTrip();
    }

    @Test
    void nestingAThousandDeepIsBadRequestAndTheConnectionLives() {
        socket.raw("{\"t\":\"ping\",\"d\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}");

        assertThat(firstError().path("code").asText()).isEqualTo("bad_request");
        socket.roundTrip();
    }

    @Test
    void anUnknownTypeIsSaidSo() {
        String id = socket.send("react.add", room, Json.object().put("seq", 1).put("emoji", "x"));

        socket.expectErr(id, "unknown_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\u200b", "\u2800", "\u3164"})
    void aTextThatShowsNothingIsBadRequest(String text) {
        socket.expectErr(socket.post(room, text, ApiClient.cid()), "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "half \\ud83d", "half \\ude00", "\\ude00\\ud83d"})
    void nulAndLoneSurrogatesAreBadRequest(String escaped) {
        socket.raw("{\"t\":\"msg.send\",\"id\":\"x\",\"room\":\"" + room
                + "\",\"d\":{\"cid\":\"c1\",\"body\":{\"type\":\"text\",\"text\":\"" + escaped + "\"}}}");

        assertThat(firstError().path("code").asText()).isEqualTo("bad_request");
        socket.roundTrip();
    }

    @Test
    void eightThousandCharactersOfFourBytesAreTakenAndOneMoreIsTooLarge() {
        JsonNode ok = socket.posts(room, "\ud83d\ude00".repeat(8_000));
        String refused = socket.post(room, "\ud83d\ude00".repeat(8_001), ApiClient.cid());

        assertThat(ok.path("seq").asLong()).isPositive();
        socket.expectErr(refused, "too_large");
    }

    @Test
    void aBinaryFrameClosesTheSocket() {
        socket.binary(new byte[] {1, 2, 3});

        assertThat(socket.expectClose()).isEqualTo(4501);
    }

    @Test
    void aFrameBeforeHelloClosesTheSocket() {
        try (var early = ChatClient.open(base, alice.access())) {
            early.send("ping", null, Json.object());

            assertThat(early.expectClose()).isEqualTo(4501);
        }
    }

    @Test
    void aSecondHelloClosesTheSocket() {
        socket.send("hello", null, Json.object());

        assertThat(socket.expectClose()).isEqualTo(4501);
    }

    @Test
    void silenceInsteadOfHelloClosesTheSocket() {
        try (var silent = ChatClient.open(base, alice.access())) {
            assertThat(silent.expectClose()).isEqualTo(4507);
        }
    }

    @Test
    void aTokenThatIsMissingMalformedOrSignedByNobodyClosesTheSocket() {
        String[] parts = alice.access().split("\\.");
        String otherSignature = parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length());
        for (String token : List.of("", "x", otherSignature)) {
            try (var refused =
                    token.isEmpty() ? ChatClient.openWith(base, "chat.v1.json") : ChatClient.open(base, token)) {
                assertThat(refused.expectClose()).as(token).isEqualTo(4500);
            }
        }
    }

    @Test
    void aGoodTokenMadeUnsignedOrSignedByAnotherKeyOfTheSameNameOpensNothing() throws Exception {
        assertThat(me(alice.access())).isEqualTo(200);
        for (String token : forgedFrom(alice.access())) {
            try (var refused = ChatClient.open(base, token)) {
                assertThat(refused.expectClose()).as(token).isEqualTo(4500);
            }
            assertThat(me(token)).as(token).isEqualTo(401);
        }
    }

    /** Tokens with every claim and the key's name of a good one, and nothing wrong but the signature. */
    private static List<String> forgedFrom(String good) throws Exception {
        String[] parts = good.split("\\.");
        var header =
                (ObjectNode) Json.read(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8));
        String none = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Json.write(header.put("alg", "none")).getBytes(StandardCharsets.UTF_8))
                + "." + parts[1] + ".";
        var jwt = SignedJWT.parse(good);
        var otherKey = new SignedJWT(jwt.getHeader(), jwt.getJWTClaimsSet());
        otherKey.sign(new ECDSASigner(new ECKeyGenerator(Curve.P_256).generate()));
        return List.of(none, none + parts[2], otherKey.serialize());
    }

    private int me(String token) {
        return new ApiClient(base)
                .raw("GET", "api/v1/me", null, "Authorization", "Bearer " + token)
                .status();
    }

    @Test
    void aHelloFarBeyondTheHeadIsToldTheGapAndWhereTheHeadIs() {
        long head = socket.posts(room, "the last").path("seq").asLong();
        String epoch = socket.expectEvent(room, head).path("ep").asText();
        var d = Json.object();
        d.putObject("rooms").putObject(room).put("ep", epoch).put("seq", 1_000_000_000);
        try (var back = ChatClient.open(base, alice.access())) {
            back.send("hello", null, d);

            assertThat(back.expect("welcome").at("/d/rooms/" + room))
                    .isEqualTo(Json.read("{\"status\":\"gap\",\"reason\":\"ahead\",\"ep\":\"" + epoch + "\",\"head\":"
                            + head + "}"));
        }
    }

    @Test
    void aTokenOfAnEndedSignInClosesTheSocketAndIsRefusedOverHttp() {
        String token = alice.access();
        assertThat(alice.call("POST", "api/v1/logout", null).status()).isEqualTo(204);

        try (var late = ChatClient.open(base, token)) {
            assertThat(late.expectClose()).isEqualTo(4500);
        }
        assertThat(alice.get("api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void aCidForAnotherRequestIsAConflict() {
        String cid = ApiClient.cid();
        JsonNode first = socket.expectOk(socket.post(room, "one", cid));
        JsonNode again = socket.expectOk(socket.post(room, "one", cid));

        assertThat(again.path("seq")).isEqualTo(first.path("seq"));
        assertThat(again.path("ts")).isEqualTo(first.path("ts"));
        assertThat(again.path("dup").asBoolean()).isTrue();
        socket.expectErr(socket.post(room, "two", cid), "cid_conflict");
        assertThat(alice.post(room, "three", cid).code()).isEqualTo("cid_conflict");
    }

    @Test
    void othersMessagesDeletedOnesAndThoseToComeCannotBeEdited() {
        var bob = ApiClient.registered(base);
        String open = alice.room("public");
        bob.join(open);
        long alices = alice.post(open, "mine").body().path("seq").asLong();
        long bobs = bob.post(open, "gone").body().path("seq").asLong();
        bob.call("DELETE", "api/v1/rooms/" + open + "/messages/" + bobs, null);

        assertThat(edit(bob, open, alices).code()).isEqualTo("forbidden");
        assertThat(edit(bob, open, bobs).code()).isEqualTo("not_found");
        assertThat(edit(bob, open, 1_000_000).code()).isEqualTo("not_found");
    }

    private static ApiClient.Reply edit(ApiClient who, String room, long seq) {
        var body = Json.object();
        body.putObject("body").put("type", "text").put("text", "changed");
        return who.call("PATCH", "api/v1/rooms/" + room + "/messages/" + seq, body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1000000000", "x", "1.5"})
    void aPageSizeOutsideTheRangeIsBadRequest(String size) {
        for (String path : List.of("rooms?", "rooms/" + room + "/events?", "rooms/" + room + "/messages?", "users?")) {
            assertThat(alice.get("api/v1/" + path + "limit=" + size).code())
                    .as(path)
                    .isEqualTo("bad_request");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET users?q=a%00b",
                "GET rooms?public=true&q=%00",
                "GET rooms?after=%00",
                "GET rooms/{room}/members?after=%00",
                "DELETE users/u_1/suspension?reason=a%00b",
                "DELETE rooms/{room}/messages/1?reason=%00",
                "DELETE rooms/{room}/members/u_1?reason=%00"
            })
    void nulInAQueryIsBadRequestAndNamesTheParameter(String call) {
        String[] parts = call.replace("{room}", room).split(" ");
        var reply = alice.raw(parts[0], "api/v1/" + parts[1], null);

        assertThat(reply.code()).as(reply.body().toString()).isEqualTo("bad_request");
        assertThat(reply.body().path("detail").asText()).containsPattern("'(q|after|reason)'");
    }

    @Test
    void aStormOfReadsIsRateLimitedAndOthersReadOn() {
        var stormy = ApiClient.registered(base);
        ApiClient.Reply reply;
        int reads = 0;
        do {
            reply = stormy.get("api/v1/me");
        } while (reply.status() == 200 && ++reads < 2_000);

        assertThat(reads).isGreaterThanOrEqualTo(200);
        assertThat(reply.code()).isEqualTo("rate_limited");
        assertThat(reply.body().at("/d/bucket").asText()).isEqualTo("reads");
        assertThat(reply.raw().headers().firstValue("retry-after")).isPresent();
        assertThat(alice.get("api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void sqlAndHtmlAreKeptAsGiven() {
        String text = "'; drop table account; -- <script>alert(1)</script> {{7*7}} \\ \" %s ${jndi:ldap://x}";
        long seq = socket.posts(room, text).path("seq").asLong();

        assertThat(socket.expectEvent(room, seq).at("/d/body/text").asText()).isEqualTo(text);
        assertThat(alice.get("api/v1/rooms/" + room + "/messages")
                        .body()
                        .at("/messages/0/body/text")
                        .asText())
                .isEqualTo(text);
        assertThat(SharedServer.process().log()).doesNotContain("drop table account");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "[1]", "{\"username\":\"a\",\"username\":\"b\"}", "{\"username\":5,\"password\":\"x\"}"})
    void aBodyThatIsNotOfTheFormIsBadRequestOverHttp(String body) {
        var reply = alice.raw("POST", "api/v1/login", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("bad_request");
        assertThat(reply.raw().headers().firstValue("content-type")).contains("application/problem+json");
    }

    @Test
    void suspensionIsForStaffOnly() {
        var bob = ApiClient.registered(base);
        assertThat(alice.call("PUT", "api/v1/users/" + bob.user() + "/suspension", Json.object())
                        .code())
                .isEqualTo("forbidden");

        var reply = SharedServer.admin()
                .call(
                        "PUT",
                        "api/v1/users/" + bob.user() + "/suspension",
                        Json.object().put("reason", "spam"));
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        assertThat(bob.get("api/v1/me").status()).isEqualTo(401);
    }
}
