package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.ops.DoorMetrics;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final UserId ALICE = new UserId("u_alice");
    private static final UserId BOB = new UserId("u_bob");
    private static final RoomId HERE = new RoomId("r_here");
    private static final RoomId THERE = new RoomId("r_there");
    private static final RoomCommand MESSAGE =
            new RoomCommand.PostMessage(new MessageBody("text", "hi", "{}"), null, null);
    private static final RoomCommand DELETION = new RoomCommand.DeleteMessage(1, null);
    /** Every number differs from every other and from its default. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("confab.limits.connection-frames", "8"),
            Map.entry("confab.limits.connection-window", "16s"),
            Map.entry("confab.limits.user-commands-per-second", "4"),
            Map.entry("confab.limits.user-burst", "12"),
            Map.entry("confab.limits.room-messages-per-second", "2"),
            Map.entry("confab.limits.room-burst", "6"),
            Map.entry("confab.limits.reads-per-second", "5"),
            Map.entry("confab.limits.read-burst", "10"),
            Map.entry("confab.limits.user-handshakes", "20"),
            Map.entry("confab.limits.guest-handshakes", "3"),
            Map.entry("confab.limits.address-calls", "25"));

    private final FakeTime time = new FakeTime();
    private final DoorMetrics metrics = new DoorMetrics();
    private final RateLimits limits = new RateLimits(
            GatewaySettings.from(new Configuration(key -> Optional.ofNullable(SETTINGS.get(key)))), metrics, time);

    private long taken(int commands, UserId user, RoomId room, RoomCommand command) {
        return IntStream.range(0, commands)
                .filter(i -> limits.take(user, room, command).isEmpty())
                .count();
    }

    private Refusal.RateLimited refusal(UserId user, RoomId room, RoomCommand command) {
        return (Refusal.RateLimited) limits.take(user, room, command).orElseThrow();
    }

    @Test
    void pingsThatWaitedWhileThisNodeStoodStillAreNoFlood() {
        var flood = limits.forControlFrames();
        assertThat(IntStream.range(0, 1_000).filter(i -> flood.tryConsume(1)).count())
                .isEqualTo(100);
        var waited = limits.forControlFrames();
        time.pass(Duration.ofMinutes(5));
        assertThat(IntStream.range(0, 1_000).filter(i -> waited.tryConsume(1)).count())
                .isEqualTo(600);
    }

    @Test
    void aBurstOfMessagesIntoARoomIsTakenAndTheNextIsRefusedWithWhatWasMet() {
        assertThat(taken(6, ALICE, HERE, MESSAGE)).isEqualTo(6);

        Refusal.RateLimited refused = refusal(ALICE, HERE, MESSAGE);

        assertThat(refused.bucket()).isEqualTo("user_room");
        assertThat(refused.limit()).isEqualTo(6);
        assertThat(refused.window()).isEqualTo(Duration.ofSeconds(3));
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(501));
    }

    @Test
    void whoWaitsAsLongAsToldIsTakenOnceMore() {
        taken(6, ALICE, HERE, MESSAGE);

        time.pass(refusal(ALICE, HERE, MESSAGE).retryAfter().minusMillis(2));
        assertThat(taken(1, ALICE, HERE, MESSAGE)).isZero();
        time.pass(refusal(ALICE, HERE, MESSAGE).retryAfter());

        assertThat(taken(2, ALICE, HERE, MESSAGE)).isEqualTo(1);
    }

    @Test
    void anotherRoomAndAnotherPersonHaveBurstsOfTheirOwn() {
        taken(7, ALICE, HERE, MESSAGE);

        assertThat(taken(1, ALICE, THERE, MESSAGE)).isEqualTo(1);
        assertThat(taken(7, BOB, HERE, MESSAGE)).isEqualTo(6);
    }

    @Test
    void allThatAPersonDoesInAllRoomsCountsTogether() {
        assertThat(taken(6, ALICE, HERE, MESSAGE)).isEqualTo(6);
        assertThat(taken(5, ALICE, THERE, MESSAGE)).isEqualTo(5);
        assertThat(limits.take(ALICE)).isEmpty(); // a command that names no room yet

        Refusal.RateLimited refused = refusal(ALICE, new RoomId("r_third"), MESSAGE);

        assertThat(refused.bucket()).isEqualTo("user");
        assertThat(refused.limit()).isEqualTo(12);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(251));
        assertThat(limits.take(BOB)).isEmpty();
    }

    @Test
    void whatIsNotAMessageCountsForThePersonAndNotForTheRoom() {
        assertThat(taken(8, ALICE, HERE, DELETION)).isEqualTo(8);

        assertThat(taken(9, ALICE, HERE, MESSAGE)).isEqualTo(4);
        assertThat(refusal(ALICE, HERE, DELETION).bucket()).isEqualTo("user");
    }

    @Test
    void onePersonsReadsOverHttpAreCountedApartFromCommandsAndFromOthers() {
        for (int i = 0; i < 10; i++) {
            assertThat(limits.takeRead(ALICE)).isEmpty();
        }

        var refused = (Refusal.RateLimited) limits.takeRead(ALICE).orElseThrow();

        assertThat(refused.bucket()).isEqualTo("reads");
        assertThat(refused.limit()).isEqualTo(10);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(201));
        assertThat(limits.take(ALICE)).isEmpty();
        assertThat(limits.takeRead(BOB)).isEmpty();
        time.pass(refused.retryAfter());
        assertThat(limits.takeRead(ALICE)).isEmpty();
    }

    @Test
    void onePersonsHandshakesAreCountedWhereverTheyComeFromAndThoseOfGuestsByAddress() {
        for (int i = 0; i < 20; i++) {
            assertThat(limits.takeHandshake(ALICE)).isEmpty();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(limits.takeHandshake("192.0.2.1")).isEmpty();
        }

        var person = (Refusal.RateLimited) limits.takeHandshake(ALICE).orElseThrow();
        var guest = (Refusal.RateLimited) limits.takeHandshake("192.0.2.1").orElseThrow();

        assertThat(person.limit()).isEqualTo(20);
        assertThat(person.retryAfter()).isEqualTo(Duration.ofMillis(501));
        assertThat(guest.limit()).isEqualTo(3);
        assertThat(limits.takeHandshake(BOB)).isEmpty();
        assertThat(limits.takeHandshake("192.0.2.2")).isEmpty();
        assertThat(limits.take(ALICE)).isEmpty();
        time.pass(person.retryAfter());
        assertThat(limits.takeHandshake(ALICE)).isEmpty();
        assertThat(limits.takeHandshake(ALICE)).isPresent();
        time.pass(guest.retryAfter());
        assertThat(limits.takeHandshake("192.0.2.1")).isEmpty();
    }

    @Test
    void callsThatNeedNoTokenAreCountedByNetworkApartFromItsHandshakes() {
        for (int i = 0; i < 25; i++) {
            assertThat(limits.takeCall("192.0.2.1")).isEmpty();
        }

        var refused = (Refusal.RateLimited) limits.takeCall("192.0.2.1").orElseThrow();

        assertThat(refused.bucket()).isEqualTo("address");
        assertThat(refused.limit()).isEqualTo(25);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(401));
        assertThat(limits.takeCall("192.0.2.2")).isEmpty();
        assertThat(limits.takeHandshake("192.0.2.1")).isEmpty();
        time.pass(refused.retryAfter());
        assertThat(limits.takeCall("192.0.2.1")).isEmpty();
        assertThat(limits.takeCall("192.0.2.1")).isPresent();
    }

    @Test
    void aBucketThatWasForgottenHadBeenFullAgain() {
        taken(7, ALICE, HERE, MESSAGE);
        time.pass(Duration.ofSeconds(2)); // not yet forgotten: two messages a second came back

        assertThat(taken(6, ALICE, HERE, MESSAGE)).isEqualTo(4);
        time.pass(Duration.ofHours(1));
        assertThat(taken(7, ALICE, HERE, MESSAGE)).isEqualTo(6);
    }

    @Test
    void eachConnectionHasItsFramesPerWindow() {
        var one = limits.forConnection();
        var two = limits.forConnection();
        for (int i = 0; i < 8; i++) {
            assertThat(limits.takeFrame(one)).isEmpty();
        }

        var refused = (Refusal.RateLimited) limits.takeFrame(one).orElseThrow();

        assertThat(refused.bucket()).isEqualTo("connection");
        assertThat(refused.limit()).isEqualTo(8);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(2_001));
        assertThat(limits.takeFrame(two)).isEmpty();
        time.pass(refused.retryAfter());
        assertThat(limits.takeFrame(one)).isEmpty();
        assertThat(limits.takeFrame(one)).isPresent();
    }
}
