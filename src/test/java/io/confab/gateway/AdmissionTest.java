package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

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

    private Optional<Duration> wait(boolean resumes) {
        return admission.refusal(resumes).flatMap(ServerFrames::retryAfter);
    }

    private long taken(int handshakes, boolean resumes) {
        return IntStream.range(0, handshakes)
                .filter(i -> admission.refusal(resumes).isEmpty())
                .count();
    }

    @Test
    void newOnesGetWhatIsAboveTheReservedShareAndThoseWhoResumeAllOfIt() {
        assertThat(taken(100, false)).isEqualTo(30);
        assertThat(taken(100, true)).isEqualTo(10);
    }

    @Test
    void whileThereAreMoreWhoResumeThanCanBeTakenNobodyElseIs() {
        taken(100, true);
        for (int second = 0; second < 5; second++) {
            time.pass(Duration.ofSeconds(1));
            assertThat(taken(3, false)).isZero();
            assertThat(taken(100, true)).isEqualTo(10);
        }

        time.pass(Duration.ofSeconds(2));

        assertThat(taken(100, false)).isEqualTo(10); // all are back: what is above the share is for everybody again
    }

    @Test
    void theRefusedAreAskedToWaitDifferentTimesOfAtMostWhatIsSet() {
        taken(40, true);

        Set<Duration> waits =
                IntStream.range(0, 200).mapToObj(i -> wait(true).orElseThrow()).collect(Collectors.toSet());

        assertThat(waits)
                .containsExactlyInAnyOrder(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4));
    }

    @Test
    void aNodeThatDrainsOrGivesNewConnectionsUpTakesNobody() {
        shed.add(Load.Kind.CONNECTIONS);
        assertThat(wait(true)).contains(FakeLoad.WAIT);
        draining = true;
        assertThat(wait(true)).contains(Duration.ofSeconds(1));

        assertThat(metrics.counted(Handshake.REFUSED_OVERLOADED)).isEqualTo(1);
        assertThat(metrics.counted(Handshake.REFUSED_DRAINING)).isEqualTo(1);
    }

    @Test
    void whatBecameOfEachIsCounted() {
        taken(31, false);
        taken(11, true);

        assertThat(metrics.counted(Handshake.NEW)).isEqualTo(30);
        assertThat(metrics.counted(Handshake.RESUMED)).isEqualTo(10);
        assertThat(metrics.counted(Handshake.REFUSED_RATE)).isEqualTo(2);
    }
}
