package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.RawSocket;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are compressed, huge, or nothing but brackets end or are refused alone; the node and its other sockets live on. */
class HostileFramesIT {
    private static final int MAX_FRAME_BYTES = 128 * 1024;

    private final URI base = SharedServer.base();
    private ApiClient alice;
    private String room;
    private ChatClient bystander;

    @BeforeEach
    void connect() {
        alice = ApiClient.registered(base);
        room = alice.room("private");
        bystander = ChatClient.connect(alice, room);
    }

    @AfterEach
    void theBystanderNoticedNothing() {
        bystander.posts(room, "still here");
        assertThat(bystander.isOpen()).isTrue();
        bystander.close();
    }

    private RawSocket greeted(Map<String, String> headers) {
        var socket = RawSocket.open(base, "ws/v1", headers);
        socket.text("{\"t\":\"hello\",\"d\":{}}");
        socket.expect("resumed");
        return socket;
    }

    private RawSocket greeted() {
        return greeted(Map.of("Sec-WebSocket-Protocol", "chat.v1.json, bearer." + alice.access()));
    }

    @Test
    void compressionIsNotAgreedToAndACompressedFrameEndsTheConnection() {
        byte[] bomb = deflated(10 * 1024 * 1024);
        String protocols = "chat.v1.json, bearer." + alice.access();
        try (var socket = greeted(Map.of(
                "Sec-WebSocket-Protocol",
                protocols,
                "Sec-WebSocket-Extensions",
                "permessage-deflate; client_max_window_bits"))) {
            assertThat(socket.header("sec-websocket-extensions")).isNull();
            socket.frame(RawSocket.COMPRESSED_TEXT, bomb);

            assertThat(socket.expectClose()).isIn(1002, 1007, 1009, 4509);
        }
        try (var guest = RawSocket.open(
                base,
                "ws/v1",
                Map.of("Sec-WebSocket-Protocol", "chat.v1.json", "Sec-WebSocket-Extensions", "permessage-deflate"))) {
            guest.frame(RawSocket.COMPRESSED_TEXT, bomb);

            assertThat(guest.expectClose()).isIn(1002, 1006, 1007, 1009, 4500);
        }
    }

    private static byte[] deflated(int bytes) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[bytes]);
        deflater.finish();
        var out = new byte[64 * 1024];
        int length = deflater.deflate(out);
        assertThat(deflater.finished()).isTrue();
        deflater.end();
        return java.util.Arrays.copyOf(out, length);
    }

    @Test
    void aFrameOfExactlyTheLimitIsTakenAndOneByteMoreEndsTheConnection() {
        try (var socket = greeted()) {
            socket.text(ping(MAX_FRAME_BYTES));
            socket.expect("pong");
            socket.text(ping(MAX_FRAME_BYTES + 1)); // the container, which would close 1009, bears some more

            assertThat(socket.expectClose()).isEqualTo(4509);
        }
    }

    /** A frame of this many bytes. */
    private static String ping(int bytes) {
        String around = "{\"t\":\"ping\",\"id\":\"big\",\"d\":{\"x\":\"\"}}";
        return around.replace("\"\"", "\"" + "a".repeat(bytes - around.length()) + "\"");
    }

    @Test
    void fragmentsThatTogetherAreOverTheLimitEndTheConnection() {
        try (var socket = greeted()) {
            var kilobyte = "a".repeat(1024).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            socket.frame(RawSocket.TEXT_TO_BE_CONTINUED, kilobyte);
            for (int i = 0; i < MAX_FRAME_BYTES / 1024 + 1; i++) {
                socket.frame(RawSocket.CONTINUATION, kilobyte);
            }

            assertThat(socket.expectClose()).isIn(4509, 1009);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void fragmentsWithoutEndEndTheConnectionHoweverSmallTheyAre(int bytes) {
        try (var socket = greeted()) {
            socket.frame(RawSocket.TEXT_TO_BE_CONTINUED, new byte[] {'a'});
            socket.write(RawSocket.frames(RawSocket.CONTINUATION, new byte[bytes], 100_000));

            assertThat(socket.expectClose()).isEqualTo(4501);
        }
    }

    @Test
    void aHeadThatDeclaresFourGibibytesEndsTheConnectionBeforeAnythingOfItComes() {
        try (var socket = greeted()) {
            socket.begin(RawSocket.TEXT, 1L << 32);

            assertThat(socket.expectClose()).isEqualTo(4509);
        }
    }

    @Test
    void aMessageInFragmentsWithPingsBetweenThemArrivesWhole() {
        try (var socket = greeted()) {
            byte[] text = "{\"t\":\"ping\",\"id\":\"in pieces\"}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            socket.frame(RawSocket.TEXT_TO_BE_CONTINUED, new byte[0]);
            for (byte letter : text) {
                socket.frame(RawSocket.PING, new byte[] {'?'});
                socket.frame(RawSocket.CONTINUATION, new byte[] {letter});
            }
            socket.frame(RawSocket.LAST_CONTINUATION, new byte[0]);

            socket.expect("in pieces");
        }
    }

    @Test
    void aFrameThatIsNotMaskedEndsTheConnection() {
        try (var socket = greeted()) {
            socket.write(new byte[] {(byte) RawSocket.TEXT, 2, '{', '}'});

            assertThat(socket.expectClose()).isEqualTo(4501);
        }
    }

    @Test
    void framesThatClaimAGigabyteTakeNoMemory() {
        long before = heapBytes();
        var sockets = new ArrayList<RawSocket>();
        for (int i = 0; i < 100; i++) {
            if (i % 10 == 0) {
                alice = ApiClient.registered(base); // ten sockets a person
            }
            var socket = RawSocket.open(base, alice.access());
            socket.begin(RawSocket.TEXT, 1L << 30);
            socket.frame(0, new byte[16 * 1024]); // the beginning of the gigabyte
            sockets.add(socket);
        }

        for (RawSocket socket : sockets) {
            assertThat(socket.expectClose()).isIn(4507, 4509, 1002, 1006, 1009);
            socket.close();
        }
        assertThat(heapBytes() - before).isLessThan(256L * 1024 * 1024);
        alice = ApiClient.registered(base);
        alice.room("private");
    }

    private long heapBytes() {
        return new ApiClient(base)
                .get("metrics")
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes") && line.contains("area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<String> brackets() {
        return List.of(
                "[".repeat(16 * 1024),
                "{\"a\":".repeat(8_000),
                "{\"t\":\"ping\",\"d\":" + "[".repeat(16 * 1024),
                "{\"t\":\"msg.send\",\"id\":\"x\",\"room\":\"r_1\",\"d\":{\"cid\":\"c\",\"body\":{\"type\":\"text\",\"text\":\"x\",\"attributes\":"
                        + "{\"a\":".repeat(8_000) + "1" + "}".repeat(8_000) + "}}}");
    }

    @Test
    void nothingButBracketsIsBadRequestOverTheSocketAndTheConnectionLives() {
        try (var socket = ChatClient.connect(alice)) {
            int frames = 0;
            for (String brackets : brackets()) {
                for (int i = 0; i < 250; i++) {
                    socket.raw(brackets);
                    frames++;
                }
            }
            socket.roundTrip();

            List<JsonNode> answers = socket.frames().stream()
                    .filter(frame -> frame.path("t").asText().equals("err"))
                    .toList();
            assertThat(answers)
                    .hasSize(frames)
                    .allMatch(answer -> answer.path("code").asText().equals("bad_request"));
        }
        assertThat(SharedServer.process().log()).doesNotContain("StackOverflowError");
    }

    @ParameterizedTest
    @ValueSource(strings = {"login", "register", "token", "rooms", "rooms/r_1/messages", "rooms/r_1/members"})
    void nothingButBracketsIsBadRequestOverHttp(String path) {
        for (String brackets : brackets()) {
            assertThat(alice.raw("POST", "api/v1/" + path, brackets).code()).isEqualTo("bad_request");
        }
        assertThat(SharedServer.process().log()).doesNotContain("StackOverflowError");
    }

    @Test
    void aBodyAsDeepAsIsAllowedIsReadAgainThroughEveryDoor() {
        String deep = "{\"type\":\"x.deep\",\"a\":" + "[".repeat(13) + "]".repeat(13) + "}";
        String tooDeep = "{\"type\":\"x.deep\",\"a\":" + "[".repeat(14) + "]".repeat(14) + "}";
        var sent = send(deep);
        long seq = sent.body().path("seq").asLong();

        assertThat(sent.status()).as(sent.body().toString()).isEqualTo(201);
        assertThat(send(tooDeep).code()).isEqualTo("bad_request");
        JsonNode kept = Json.read(deep);
        assertThat(bystander.expectEvent(room, seq).at("/d/body")).isEqualTo(kept);
        assertThat(alice.get("api/v1/rooms/" + room + "/events?after=" + (seq - 1))
                        .body()
                        .at("/events/0/d/body"))
                .isEqualTo(kept);
        assertThat(alice.get("api/v1/rooms/" + room + "/messages").body().at("/messages/0/body"))
                .isEqualTo(kept);
    }

    private ApiClient.Reply send(String body) {
        return alice.raw(
                "POST",
                "api/v1/rooms/" + room + "/messages",
                "{\"cid\":\"" + ApiClient.cid() + "\",\"body\":" + body + "}");
    }
}
