package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanesTest {
    private final Lanes lanes = new Lanes(DeliverySettings.from(new Configuration(key -> Optional.empty())));

    @Test
    void nothingLagsBeforeTheStart() {
        assertThat(lanes.lag()).isZero();
        assertThat(lanes.lag()).isZero();

        lanes.start();
        try {
            await().until(() -> lanes.lag().compareTo(Duration.ZERO) > 0);
        } finally {
            lanes.stop();
        }
    }
}
