package io.confab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Setting.Kind;
import io.confab.kernel.ShownSettings.Shown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What staff may see of a setting: no password, however it got there. */
class ShownSettingsTest {
    private static Shown shown(Kind kind, String raw) {
        return Shown.of(new Setting("confab.a.key-of-it", kind, "the default", ""), raw, "a file");
    }

    @Test
    void aValueIsShownWithWhatSetIt() {
        Shown shown = shown(Kind.NUMBER, " 20 ");

        assertThat(shown.value()).isEqualTo("20");
        assertThat(shown.source()).isEqualTo("a file");
        assertThat(shown.isSet()).isTrue();
        assertThat(shown.setting().variable()).isEqualTo("CONFAB_A_KEY_OF_IT");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void whatIsNotSetHasItsDefault(String raw) {
        Shown shown = shown(Kind.TEXT, raw);

        assertThat(shown.value()).isEqualTo("the default");
        assertThat(shown.isSet()).isFalse();
    }

    @Test
    void aSecretIsNeverShown() {
        assertThat(shown(Kind.SECRET, "hunter2").value()).isEqualTo("set, not shown");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5432/confab, jdbc:postgresql://db:5432/confab",
        "jdbc:postgresql://db/confab?user=c&password=hunter2, jdbc:postgresql://db/confab \u2026",
        "jdbc:h2:file:./data/confab;CIPHER=AES;PASSWORD=hunter2, jdbc:h2:file:./data/confab \u2026",
        "tcp://ann:hunter2@mq:61616, tcp://\u2026mq:61616",
        "tcp://ann:hunt/er2@x@mq:61616, tcp://\u2026mq:61616",
        "'(tcp://a:1,tcp://b:hunter2@c:1)?ha=true', '(tcp://\u2026c:1) \u2026'",
        "ann:hunter2@mq, 'set, not shown'"
    })
    void ofAnAddressWhatMayHoldAPasswordIsLeftOut(String raw, String value) {
        assertThat(shown(Kind.URL, raw).value()).isEqualTo(value).doesNotContain("hunter2", "er2");
    }

    @Test
    void aTextThatLooksLikeAnAddressWithAPasswordIsNotShown() {
        assertThat(shown(Kind.TEXT, "ann:hunter2@mq").value()).isEqualTo("set, not shown");
    }
}
