package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CheckRoundsTest {
    private final AtomicLong nanos = new AtomicLong(-7); // System.nanoTime may be negative
    private final List<Boolean> alls = new ArrayList<>();
    private final List<Duration> sinceLast = new ArrayList<>();
    private Runnable work = () -> {};
    private final CheckRounds rounds = new CheckRounds(
            (all, since) -> {
                alls.add(all);
                sinceLast.add(since);
                work.run();
            },
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            pass(Duration.ofSeconds(1));
            rounds.next();
        }
    }

    @Test
    void firstRoundChecksAllAndLaterOnesWhatChanged() {
        rounds(3);

        assertThat(alls).containsExactly(true, false, false);
    }

    @Test
    void slowRoundIsNoNodeThatStoodStill() {
        work = () -> pass(Duration.ofSeconds(30));

        rounds(3);

        assertThat(alls).containsExactly(true, false, false);
    }

    @Test
    void roundLooksBackToTheBeginOfTheOneBeforeHoweverLongThatTook() {
        work = () -> pass(Duration.ofSeconds(30));

        rounds(2);

        assertThat(sinceLast).last().isEqualTo(Duration.ofSeconds(31));
    }

    @Test
    void nodeThatStoodStillBetweenTwoRoundsChecksAll() {
        rounds(2);
        pass(Duration.ofSeconds(4));

        rounds(2);

        assertThat(alls).containsExactly(true, false, true, false);
    }

    @Test
    void allIsCheckedWhenAskedFor() {
        rounds(2);
        rounds.checkAll();

        rounds(2);

        assertThat(alls).containsExactly(true, false, true, false);
    }

    @Test
    void askedForDuringARoundItIsDoneInTheNext() {
        work = rounds::checkAll;
        rounds(1);
        work = () -> {};

        rounds(2);

        assertThat(alls).containsExactly(true, true, false);
    }

    @Test
    void failedRoundIsDoneAgainInFull() {
        rounds(1);
        work = () -> {
            throw new IllegalStateException("the database is away");
        };
        rounds(2);
        work = () -> {};

        rounds(2);

        assertThat(alls).containsExactly(true, false, true, true, false);
    }

    @Test
    void whoLooksSeesHowLongAgoTheLastCompletedRoundWasAndHowManyFailed() {
        rounds(2);
        assertThat(rounds.age()).isZero();

        work = () -> {
            throw new IllegalStateException("the database is away");
        };
        rounds(3);

        assertThat(rounds.age()).isEqualTo(Duration.ofSeconds(3));
        assertThat(rounds.completed()).isEqualTo(2);
        assertThat(rounds.failed()).isEqualTo(3);
    }

    @Test
    void roundsBeginAtEvenTimesHoweverLongOneTakesAndNeverWithoutAPause() {
        work = () -> pass(Duration.ofMillis(300));
        rounds.next();
        assertThat(rounds.pause()).isEqualTo(Duration.ofMillis(700));

        work = () -> pass(Duration.ofSeconds(5));
        rounds.next();
        assertThat(rounds.pause()).isEqualTo(Duration.ofMillis(250));
        assertThat(rounds.spent()).isEqualTo(Duration.ofMillis(5_300));
    }

    @Test
    void errorDoesNotEndTheRounds() {
        rounds(1);
        work = () -> {
            throw new NoClassDefFoundError("Missing");
        };
        rounds(1);
        work = () -> {};

        rounds(2);

        assertThat(alls).containsExactly(true, false, true, false);
    }
}
