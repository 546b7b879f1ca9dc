package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Configuration;
import io.confab.kernel.Setting;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeliverySettingsTest {
    private static DeliverySettings settings(Map<String, String> values) {
        return DeliverySettings.from(new Configuration(key -> Optional.ofNullable(values.get(key))));
    }

    @Test
    void aReplayThatIsPromisedIsNotGivenUpForItsLength() {
        assertThatThrownBy(() -> settings(Map.of("confab.replay.room", "3001")))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessageContaining("confab.replay.lag")
                .hasMessageEndingWith("3001 or more, since confab.replay.room is 3001");
        assertThat(settings(Map.of("confab.replay.room", "3000")).replayRoom()).isEqualTo(3_000);
    }
}
