package io.confab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\u007f\u0080\u07ff\u0800\uffff",
                "h\u00e9llo \u20ac",
                "\ud83d\ude00 and \ud800\udc00"
            })
    void theLengthIsThatOfTheEncodedText(String text) {
        assertThat(Utf8.length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }
}
