package io.confab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "\u200B",
                "\u2800",
                "\u3164",
                "\uFEFF",
                "\u00AD",
                "\u034F",
                "\uDB40\uDC41",
                "\u00A0\u3000"
            })
    void textOfBlanksAndIgnorablesShowsNothing(String text) {
        assertThat(VisibleText.showsNothing(text)).isTrue();
        assertThat(VisibleText.nameProblem("name", text, 64)).containsInstanceOf(Refusal.BadRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\u200Ba\u200B", "\u2800x", "👩\u200D💻", "نمی\u200Cخواهم", "O'Brien", "李雷"})
    void oneVisibleCharacterIsEnough(String text) {
        assertThat(VisibleText.showsNothing(text)).isFalse();
        assertThat(VisibleText.nameProblem("name", text, 64)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"moderator\u202Enimda", "a\u202Ab", "a\u2066b", "a\u2069"})
    void nameThatTurnsTheDirectionIsRefused(String name) {
        assertThat(VisibleText.nameProblem("display_name", name, 64))
                .get()
                .satisfies(refusal -> assertThat(refusal.message()).contains("direction"));
        assertThat(VisibleText.showsNothing(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "a\u2028b", "bell\u0007"})
    void nameStaysOnOneLine(String name) {
        assertThat(VisibleText.nameProblem("name", name, 64)).isPresent();
    }

    @Test
    void lengthCountsCodePoints() {
        assertThat(VisibleText.nameProblem("name", "😀".repeat(64), 64)).isEmpty();
        assertThat(VisibleText.nameProblem("name", "😀".repeat(65), 64)).isPresent();
    }
}
