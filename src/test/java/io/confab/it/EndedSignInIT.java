package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.it.support.Talker;
import io.confab.kernel.Json;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever ends a sign-in ends its sockets on every node, and nothing of it is committed once the call has been answered.
 * {@link TwoNodesIT} plays the same with the sockets on two nodes.
 */
class EndedSignInIT {
    /** Two seconds are promised; as much again for a machine that is busy with tests. */
    private static final Duration PROMISED = Duration.ofSeconds(4);

    /** What a person, or staff, does to end the sign-in of the lost phone. */
    enum Act {
        REVOKE_ONE(4508, 4500, true),
        SIGN_OUT_EVERYWHERE(4508, 4500, false),
        CHANGE_PASSWORD(4508, 4500, true),
        SUSPEND(4503, 4503, false);

        private final int closes;
        private final int refuses;
        private final boolean laptopStays;

        Act(int closes, int refuses, boolean laptopStays) {
            this.closes = closes;
            this.refuses = refuses;
            this.laptopStays = laptopStays;
        }

        private ApiClient.Reply by(ApiClient laptop, ApiClient admin) {
            return switch (this) {
                case REVOKE_ONE -> laptop.call("DELETE", "api/v1/sessions/" + otherSession(laptop), null);
                case SIGN_OUT_EVERYWHERE -> laptop.call("DELETE", "api/v1/sessions", null);
                case CHANGE_PASSWORD ->
                    laptop.call(
                            "POST",
                            "api/v1/password",
                            Json.object().put("current", ApiClient.PASSWORD).put("new", "another staple for horses"));
                case SUSPEND -> admin.call("PUT", "api/v1/users/" + laptop.user() + "/suspension", Json.object());
            };
        }

        private static String otherSession(ApiClient laptop) {
            for (JsonNode session : laptop.get("api/v1/sessions").body().path("sessions")) {
                if (!session.path("current").asBoolean()) {
                    return session.path("id").asText();
                }
            }
            throw new AssertionError("there is no other session");
        }
    }

    @ParameterizedTest
    @EnumSource(Act.class)
    void itsSocketsCloseAndNothingOfItIsCommittedAfterTheAnswer(Act act) {
        play(SharedServer.base(), SharedServer.base(), SharedServer.admin(), act);
    }

    static void play(URI one, URI two, ApiClient admin, Act act) {
        var laptop = ApiClient.registered(one);
        var phone = laptop.signedInAgain();
        var friend = ApiClient.registered(one);
        String room = laptop.room("private", friend.user());
        try (var watching = ChatClient.connect(friend, room);
                var kept = ChatClient.connect(laptop, room);
                var near = ChatClient.connect(phone, room);
                var far = ChatClient.connect(phone.at(two), room);
                var silentNear = ChatClient.connect(phone, room);
                var silentFar = ChatClient.connect(phone.at(two), room);
                var onNear = Talker.start(near, room, "near");
                var onFar = Talker.start(far, room, "far")) {
            watching.expect("online", frame -> says(frame, laptop.user(), "online"));
            onNear.awaitSent(20);
            onFar.awaitSent(20);

            var reply = act.by(laptop, admin);
            int nearAtAnswer = onNear.sent();
            int farAtAnswer = onFar.sent();
            long answered = System.nanoTime();

            assertThat(reply.status()).as(reply.body().toString()).isIn(200, 204);
            assertThat(silentNear.expectClose()).isEqualTo(act.closes);
            assertThat(silentFar.expectClose()).isEqualTo(act.closes);
            // who still writes may see only that the connection is gone
            assertThat(near.expectClose()).isIn(act.closes, 1006);
            assertThat(far.expectClose()).isIn(act.closes, 1006);
            assertThat(Duration.ofNanos(System.nanoTime() - answered)).isLessThan(PROMISED);
            assertThat(numbers(friend, room, "near")).isNotEmpty().allMatch(n -> n <= nearAtAnswer);
            assertThat(numbers(friend, room, "far")).isNotEmpty().allMatch(n -> n <= farAtAnswer);
            refusedFromNowOn(phone, two, act);
            if (act.laptopStays) {
                assertThat(kept.posts(room, "still here").path("seq").asLong()).isPositive();
            } else {
                assertThat(kept.expectClose()).isEqualTo(act.closes);
                watching.expect("offline", frame -> says(frame, laptop.user(), "offline"));
            }
        }
    }

    private static void refusedFromNowOn(ApiClient phone, URI two, Act act) {
        assertThat(phone.get("api/v1/me").status()).isEqualTo(401);
        assertThat(phone.refresh().status()).isIn(401, 403);
        for (ApiClient late : List.of(phone, phone.at(two))) {
            // another node learns of it within the same two seconds; until then hello finds it in the database
            await().atMost(PROMISED).untilAsserted(() -> {
                try (var socket = ChatClient.open(late.base(), late.access())) {
                    socket.send("hello", null, Json.object());
                    assertThat(socket.expectClose()).isEqualTo(act.refuses);
                    assertThat(socket.frames().toString()).doesNotContain("welcome");
                }
            });
        }
    }

    /** The numbers of those texts that stand in the log. */
    private static List<Integer> numbers(ApiClient reader, String room, String prefix) {
        var numbers = new ArrayList<Integer>();
        long after = 0;
        JsonNode page;
        do {
            page = reader.get("api/v1/rooms/" + room + "/events?after=" + after).body();
            for (JsonNode event : page.path("events")) {
                after = event.path("seq").asLong();
                String text = event.at("/d/body/text").asText();
                if (text.startsWith(prefix)) {
                    numbers.add(Integer.parseInt(text.substring(prefix.length() + 1)));
                }
            }
        } while (page.path("more").asBoolean());
        return numbers;
    }

    private static boolean says(JsonNode frame, String user, String status) {
        for (JsonNode named : frame.at("/d/users")) {
            if (named.path("user").asText().equals(user)
                    && named.path("status").asText().equals(status)) {
                return true;
            }
        }
        return false;
    }
}
