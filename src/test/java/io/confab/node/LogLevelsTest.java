package io.confab.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogLevelsTest {
    private static final String NAME = "io.confab.node.LogLevelsTestOnly";
    private static final Logger LOGGER = Logger.getLogger(NAME);

    private final LogLevels levels = new LogLevels(Clock.systemUTC());

    @AfterEach
    void stop() {
        levels.stop();
        LOGGER.setLevel(null);
    }

    @Test
    void aLoggerIsSetForAWhileAndThenAsItWas() {
        LOGGER.setLevel(Level.SEVERE);

        levels.set(NAME, LogLevels.Level.DEBUG, Duration.ofMillis(200));
        assertThat(LOGGER.getLevel()).isEqualTo(Level.FINE);
        assertThat(levels.set()).containsOnlyKeys(NAME);

        await().until(() -> levels.set().isEmpty());
        assertThat(LOGGER.getLevel()).isEqualTo(Level.SEVERE);
    }

    @Test
    void setAgainItCountsFromThenOnAndLeadsBackToWhatWasAtFirst() {
        levels.set(NAME, LogLevels.Level.DEBUG, Duration.ofHours(1));
        levels.set(NAME, LogLevels.Level.TRACE, Duration.ofMillis(100));
        assertThat(LOGGER.getLevel()).isEqualTo(Level.FINER);

        await().until(() -> levels.set().isEmpty());

        assertThat(LOGGER.getLevel()).isNull();
    }

    @Test
    void aLibrarysLoggerIsNotSet() {
        assertThatThrownBy(() -> levels.set("org.postgresql", LogLevels.Level.TRACE, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
