package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallersTest {
    @ParameterizedTest
    @ValueSource(strings = {"\0", "a\0b", "half \ud83d", "half \ude00", "\ude00\ud83d"})
    void aQueryTextThatTheDatabaseCannotTakeIsRefusedByItsName(String text) {
        assertThatThrownBy(() -> Callers.text("q", text))
                .isInstanceOfSatisfying(
                        BadField.class,
                        bad -> assertThat(bad.refusal().message()).contains("'q'"));
        assertThatThrownBy(() -> Callers.reason(text))
                .isInstanceOfSatisfying(
                        BadField.class,
                        bad -> assertThat(bad.refusal().message()).contains("'reason'"));
    }

    @Test
    void aKeyThatHeaderAndBodyGiveDifferentlyIsRefused() throws BadField {
        var fields = Fields.of(Json.object().put("cid", "one"), "");

        assertThat(Callers.cid("one", fields)).isEqualTo("one");
        assertThat(Callers.cid("two", Fields.of(Json.object(), ""))).isEqualTo("two");
        assertThatThrownBy(() -> Callers.cid("two", fields))
                .isInstanceOfSatisfying(
                        BadField.class, bad -> assertThat(bad.refusal()).isInstanceOf(Refusal.BadRequest.class));
        assertThatThrownBy(() -> Callers.optionalCid("two", fields)).isInstanceOf(BadField.class);
    }

    @Test
    void otherQueryTextsAreTakenAsTheyAre() throws BadField {
        assertThat(Callers.text("q", "Zoë 😀")).isEqualTo("Zoë 😀");
        assertThat(Callers.text("q", "")).isEmpty();
        assertThat(Callers.reason("spam\tagain")).isEqualTo("spam\tagain");
        assertThat(Callers.reason(null)).isNull();
    }
}
