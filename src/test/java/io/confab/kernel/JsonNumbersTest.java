package io.confab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are stored as PostgreSQL's jsonb gives them back, and read again within the same bound. */
class JsonNumbersTest {
    @ParameterizedTest
    @CsvSource({"1e5,100000", "1.50,1.5", "100.0,100", "-2.5E-3,-0.0025", "12345678901234567890,12345678901234567890"})
    void numberIsWrittenOut(String in, String out) throws Json.Malformed {
        assertThat(Json.write(Json.parse(in))).isEqualTo(out);
        assertThat(Json.write(Json.read(out))).isEqualTo(out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e20", "1e999999999", "-1e-20", "1e-999999999", "123456789012345678901"})
    void numberTooLongWhenWrittenOutIsRefused(String in) {
        assertThatThrownBy(() -> Json.parse("{\"x\":" + in + "}")).isInstanceOf(Json.Malformed.class);
    }

    @Test
    void longestNumberIsTaken() throws Json.Malformed {
        assertThat(Json.write(Json.parse("1e19"))).isEqualTo("10000000000000000000");
        assertThat(Json.write(Json.parse("1e-18"))).isEqualTo("0.000000000000000001");
    }
}
