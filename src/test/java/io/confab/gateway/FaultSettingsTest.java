package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.gateway.FaultSettings.Fault;
import io.confab.kernel.Configuration;
import io.confab.kernel.Setting;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultSettingsTest {
    private static FaultSettings read(Map<String, String> values) {
        return FaultSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key))));
    }

    @Test
    void noneAreMadeUnlessTheyAreAskedFor() {
        assertThat(read(Map.of()).any()).isFalse();
        assertThat(read(Map.of("confab.profile", "dev")).any()).isFalse();
    }

    @Test
    void inDevelopmentEachHasItsChance() {
        var settings = read(
                Map.of("confab.profile", "dev", "confab.faults", "drop-ok=0.25, close = 1", "confab.faults.seed", "7"));

        assertThat(settings).isEqualTo(new FaultSettings(Map.of(Fault.DROP_OK, 0.25, Fault.CLOSE, 1.0), 7));
    }

    @Test
    void outsideDevelopmentTheyStopTheStartWithOneSentence() {
        for (var profile : java.util.List.of(Map.<String, String>of(), Map.of("confab.profile", "production"))) {
            var values = new java.util.HashMap<>(profile);
            values.put("confab.faults", "delay=0.1");

            assertThatThrownBy(() -> read(values))
                    .isInstanceOf(Setting.Invalid.class)
                    .hasMessageStartingWith("setting confab.faults has the value 'delay=0.1'; allowed: ")
                    .hasMessageContaining("in profile dev only");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "drop-ok", "drop-ok=", "drop-ok=2", "drop-ok=-0.1", "drop-ok=NaN", "reorder=x"})
    void whatIsNoFaultOrNoChanceStopsTheStart(String value) {
        assertThatThrownBy(() -> read(Map.of("confab.profile", "dev", "confab.faults", value)))
                .isInstanceOf(Setting.Invalid.class);
    }
}
