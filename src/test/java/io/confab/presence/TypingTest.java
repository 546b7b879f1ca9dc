package io.confab.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TypingTest {
    private static final UserId ALICE = new UserId("u_alice");
    private static final UserId BOB = new UserId("u_bob");
    private static final RoomId ROOM = new RoomId("r_1");

    private final AtomicLong nanos = new AtomicLong();
    private final Typing typing = typing(Map.of());

    private Typing typing(Map<String, String> settings) {
        var configuration = new Configuration(key -> Optional.ofNullable(settings.get(key)));
        return new Typing(PresenceSettings.from(configuration), nanos::get);
    }

    @Test
    void whoTypesIsToldToRoomAndNodes() {
        assertThat(typing.typed(ALICE, ROOM, true, () -> true)).isTrue();

        assertThat(typing.toTell()).containsExactly(new Typing.Heard(ROOM, ALICE, true));
        assertThat(typing.changedRooms()).containsExactly(ROOM);
        assertThat(typing.in(ROOM)).containsExactly(ALICE);
        assertThat(typing.changedRooms()).isEmpty();
        assertThat(typing.toTell()).isEmpty();
    }

    @Test
    void oneFrameOfAPersonAndRoomIsTakenPerInterval() {
        int taken = 0;
        for (int i = 0; i < 200; i++) {
            taken += typing.typed(ALICE, ROOM, true, () -> true) ? 1 : 0;
            nanos.addAndGet(Duration.ofMillis(5).toNanos());
        }

        assertThat(taken).isEqualTo(1);
        assertThat(typing.toTell()).hasSize(1);
        pass(5);
        assertThat(typing.typed(ALICE, ROOM, true, () -> true)).isTrue();
    }

    @Test
    void ofOneWhoMayNotWriteNothingIsToldAndTheQuestionIsAskedOncePerInterval() {
        var asked = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            assertThat(typing.typed(ALICE, ROOM, true, () -> asked.incrementAndGet() < 0))
                    .isFalse();
        }

        assertThat(asked).hasValue(1);
        assertThat(typing.in(ROOM)).isEmpty();
        assertThat(typing.changedRooms()).isEmpty();
        assertThat(typing.toTell()).isEmpty();
    }

    @Test
    void whoMayWriteNoLongerStillStops() {
        typing.typed(ALICE, ROOM, true, () -> true);

        typing.typed(ALICE, ROOM, false, () -> false);

        assertThat(typing.in(ROOM)).isEmpty();
        assertThat(typing.toTell()).endsWith(new Typing.Heard(ROOM, ALICE, false));
    }

    @Test
    void stoppingIsToldAtOnceAndOnlyOnce() {
        typing.typed(ALICE, ROOM, true, () -> true);
        typing.changedRooms();
        typing.toTell();

        typing.typed(ALICE, ROOM, false, () -> true);
        typing.typed(ALICE, ROOM, false, () -> true);

        assertThat(typing.toTell()).containsExactly(new Typing.Heard(ROOM, ALICE, false));
        assertThat(typing.changedRooms()).containsExactly(ROOM);
        assertThat(typing.in(ROOM)).isEmpty();
    }

    @Test
    void startingAndStoppingInTurnsIsNotTakenFaster() {
        typing.typed(ALICE, ROOM, true, () -> true);
        typing.typed(ALICE, ROOM, false, () -> true);

        assertThat(typing.typed(ALICE, ROOM, true, () -> true)).isFalse();
        assertThat(typing.in(ROOM)).isEmpty();
    }

    @Test
    void whoDoesNotStopHasStoppedAfterAWhile() {
        typing.typed(ALICE, ROOM, true, () -> true);
        typing.changedRooms();

        pass(8);

        assertThat(typing.changedRooms()).containsExactly(ROOM);
        assertThat(typing.in(ROOM)).isEmpty();
    }

    @Test
    void whatAnotherNodeTookIsNotToldBack() {
        typing.heard(BOB, ROOM, true);

        assertThat(typing.toTell()).isEmpty();
        assertThat(typing.in(ROOM)).isEqualTo(List.of(BOB));
    }

    @Test
    void roomsAndPeopleAreBounded() {
        Typing small = typing(Map.of("confab.typing.rooms", "1"));
        assertThat(small.heard(ALICE, ROOM, true)).isTrue();
        assertThat(small.heard(ALICE, new RoomId("r_2"), true)).isFalse();

        for (int i = 0; i < 100; i++) {
            small.heard(new UserId("u_" + i), ROOM, true);
        }

        assertThat(small.in(ROOM)).hasSize(50);
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
