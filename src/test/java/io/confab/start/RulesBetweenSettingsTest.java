package io.confab.start;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Configuration;
import io.confab.kernel.Setting;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that are allowed each by itself and would lock people out, or hold writers up. */
class RulesBetweenSettingsTest {
    private static void read(Map<String, String> values) {
        SettingsCheck.read(new Configuration(key -> Optional.ofNullable(values.get(key))));
    }

    @Test
    void aPoolOfTheLogWithoutTwoConnectionsBesideItsWritersStopsTheStart() {
        assertThatThrownBy(() -> read(Map.of("confab.log.writers", "3")))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessage("setting confab.db.log-pool has the value '4'; allowed: 5 or more, since confab.log.writers"
                        + " is 3 and readiness and flushes need a connection each");
        assertThatCode(() -> read(Map.of("confab.log.writers", "3", "confab.db.log-pool", "5")))
                .doesNotThrowAnyException();
    }

    @Test
    void aLoadThatIsFullBeforeItBeginsStopsTheStart() {
        assertThatThrownBy(() -> read(Map.of("confab.load.full-percent", "49")))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessage("setting confab.load.full-percent has the value '49'; allowed: 50 or more, since"
                        + " confab.load.begin-percent is 50");
    }

    @ParameterizedTest
    @CsvSource({"confab.load.begin-percent, 0", "confab.load.full-percent, 0", "confab.admission.reserved-percent, 100"
    })
    void aBoundAtWhichANodeAtRestWouldTakeNobodyStopsTheStart(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessageStartingWith("setting " + key + " has the value '" + value + "'");
    }
}
