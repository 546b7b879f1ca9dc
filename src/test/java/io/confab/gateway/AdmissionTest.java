package io.confab.gateway;

import static io.confab.gateway.Admission.Newcomer.GUEST;
import static io.confab.gateway.Admission.Newcomer.NEW;
import static io.confab.gateway.Admission.Newcomer.RESUMING;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.gateway.Admission.Newcomer;
import io.confab.kernel.Configuration;
import io.confab.kernel.Load;
import io.confab.ops.AdmissionMetrics;
import io.confab.ops.AdmissionMetrics.Handshake;
import io.confab.wire.ServerFrames;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Map<String, String> SETTINGS = Map.of(
            "confab.admission.handshakes-per-second", "10",
            "confab.admission.burst", "40",
            "confab.admission.reserved-percent", "25",
            "confab.admission.retry-after", "4s");

    private final Set<Load.Kind> shed = EnumSet.noneOf(Load.Kind.class);
    private final FakeTime time = new FakeTime();
    private final AdmissionMetrics metrics = new AdmissionMetrics();
    private boolean draining;
    private final Admission admission = new Admission(
            () -> draining,
            new FakeLoad(shed),
            metrics,
            AdmissionSettings.from(new Configuration(key -> Optional.ofNullable(SETTINGS.get(key)))),
            time);

    private Optional<Duration> wait(Newcomer who) {
        return admission.refusal(who).flatMap(ServerFrames::retryAfter);
    }

    private long taken(int handshakes, Newcomer who) {
        return IntStream.range(0, handshakes)
                .filter(i -> admission.refusal(who).isEmpty())
                .count();
    }

    @Test
    void newOnesGetWhatIsAboveTheReservedShareAndThoseWhoResumeAllOfIt() {
        assertThat(taken(100, NEW)).isEqualTo(30);
        assertThat(taken(100, RESUMING)).isEqualTo(10);
    }

    @Test
    void whileThereAreMoreWhoResumeThanCanBeTakenNobodyElseIs() {
        taken(100, RESUMING);
        for (int second = 0; second < 5; second++) {
            time.pass(Duration.ofSeconds(1));
            assertThat(taken(3, NEW)).isZero();
            assertThat(taken(100, RESUMING)).isEqualTo(10);
        }

        time.pass(Duration.ofSeconds(2));

        assertThat(taken(100, NEW)).isEqualTo(10); // all are back: what is above the share is for everybody again
    }

    @Test
    void whoHasNoValidTokenTakesNothingOfWhatTheOthersHaveAndHasABoundToo() {
        assertThat(taken(100, GUEST)).isEqualTo(40);
        assertThat(taken(100, NEW)).isEqualTo(30);
        assertThat(taken(100, RESUMING)).isEqualTo(10);

        assertThat(metrics.counted(Handshake.GUEST)).isEqualTo(40);
        assertThat(metrics.counted(Handshake.NEW)).isEqualTo(30);
    }

    @Test
    void theRefusedAreAskedToWaitDifferentTimesOfAtMostWhatIsSet() {
        taken(40, RESUMING);

        Set<Duration> waits = IntStream.range(0, 200)
                .mapToObj(i -> wait(RESUMING).orElseThrow())
                .collect(Collectors.toSet());

        assertThat(waits)
                .containsExactlyInAnyOrder(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4));
    }

    @Test
    void aNodeThatDrainsOrGivesNewConnectionsUpTakesNobody() {
        shed.add(Load.Kind.CONNECTIONS);
        assertThat(wait(RESUMING)).contains(FakeLoad.WAIT);
        draining = true;
        assertThat(wait(RESUMING)).contains(Duration.ofSeconds(1));

        assertThat(metrics.counted(Handshake.REFUSED_OVERLOADED)).isEqualTo(1);
        assertThat(metrics.counted(Handshake.REFUSED_DRAINING)).isEqualTo(1);
    }

    @Test
    void whatBecameOfEachIsCounted() {
        taken(31, NEW);
        taken(11, RESUMING);

        assertThat(metrics.counted(Handshake.NEW)).isEqualTo(30);
        assertThat(metrics.counted(Handshake.RESUMED)).isEqualTo(10);
        assertThat(metrics.counted(Handshake.REFUSED_RATE)).isEqualTo(2);
    }
}
