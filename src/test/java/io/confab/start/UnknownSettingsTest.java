package io.confab.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownSettingsTest {
    private static List<String> warnings(String... names) {
        var known = List.of(
                new Setting("confab.db.log-pool", Setting.Kind.NUMBER, "4", "2 to 64"),
                new Setting("confab.db.pool", Setting.Kind.NUMBER, "10", "2 to 200"),
                new Setting("confab.secret", Setting.Kind.SECRET, "", ""));
        return new UnknownSettings(known).among(List.of(names));
    }

    @Test
    void misspeltSettingIsNamedWithTheOneThatWasMeant() {
        assertThat(warnings("confab.db.pol", "confab.secert", "CONFAB_DB_LOGPOOL"))
                .containsExactly(
                        "setting CONFAB_DB_LOGPOOL is unknown and has no effect; did you mean CONFAB_DB_LOG_POOL?",
                        "setting confab.db.pol is unknown and has no effect; did you mean confab.db.pool?",
                        "setting confab.secert is unknown and has no effect; did you mean confab.secret?");
    }

    @Test
    void settingThatIsNearToNoneIsNamedAlone() {
        assertThat(warnings("confab.colour")).containsExactly("setting confab.colour is unknown and has no effect");
    }

    @Test
    void settingsAndWhatIsNotOursAreNotNamed() {
        assertThat(warnings(
                        "confab.db.pool",
                        "CONFAB_SECRET",
                        "confab.http.address",
                        "CONFAB_JAVA_OPTS",
                        "java.home",
                        "PATH",
                        "confabulation"))
                .isEmpty();
    }
}
