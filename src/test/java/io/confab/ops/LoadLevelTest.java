package io.confab.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadLevelTest {
    private static final Map<String, String> SETTINGS =
            Map.of("confab.load.begin-percent", "50", "confab.load.full-percent", "95", "confab.load.calm", "5s");

    private final LoadLevel level =
            new LoadLevel(LoadSettings.from(new Configuration(key -> Optional.ofNullable(SETTINGS.get(key)))));
    private long nanos;

    private int after(Duration time, double pressure) {
        nanos += time.toNanos();
        return level.at(pressure, nanos);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "0.49, 0", "0.5, 1", "0.58, 1", "0.59, 2", "0.68, 3", "0.77, 4", "0.86, 5", "0.94, 5", "0.95, 6", "3, 6"
    })
    void oneThingMoreIsGivenUpAtEqualDistancesOfPressure(double pressure, int given) {
        assertThat(level.at(pressure, 0)).isEqualTo(given);
    }

    @Test
    void whatIsGivenUpIsGivenUpAtOnce() {
        assertThat(after(Duration.ZERO, 0.1)).isZero();
        assertThat(after(Duration.ofMillis(250), 1)).isEqualTo(6);
    }

    @Test
    void ofWhatWasGivenUpHalfIsTakenUpAfterEachCalmTimeWhatMattersMostFirst() {
        after(Duration.ZERO, 1);

        assertThat(after(Duration.ofMillis(4_999), 0.1)).isEqualTo(6);
        assertThat(after(Duration.ofMillis(1), 0.1)).isEqualTo(3);
        assertThat(after(Duration.ofMillis(4_999), 0.1)).isEqualTo(3);
        assertThat(after(Duration.ofMillis(1), 0.1)).isEqualTo(1);
        assertThat(after(Duration.ofSeconds(5), 0.1)).isZero();
    }

    @Test
    void whatThePressureAskedForMeanwhileStaysGivenUp() {
        after(Duration.ZERO, 1);
        after(Duration.ofSeconds(1), 0.9);

        assertThat(after(Duration.ofSeconds(4), 0.1)).isEqualTo(5);
        assertThat(after(Duration.ofSeconds(5), 0.1)).isEqualTo(2);
    }

    @Test
    void aPressureThatSwingsAroundABoundLeavesTheLevelAlone() {
        after(Duration.ZERO, 0.51);
        for (int i = 0; i < 100; i++) {
            assertThat(after(Duration.ofSeconds(1), i % 2 == 0 ? 0.45 : 0.51)).isEqualTo(1);
        }
    }
}
