package io.confab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final Duration ONE_DAY = Duration.ofDays(1);

    private static Configuration with(String value) {
        return new Configuration(key -> Optional.of(value));
    }

    private static Duration duration(String value) {
        return with(value).duration("confab.a", ONE_SECOND, ONE_SECOND, ONE_DAY);
    }

    @Test
    void valueWithinItsRangeIsTakenAndBlanksAroundItAreNot() {
        assertThat(with(" 7 ").integer("confab.a", 1, 1, 7)).isEqualTo(7);
        assertThat(duration("90s")).isEqualTo(duration("PT1M30S")).isEqualTo(Duration.ofSeconds(90));
        assertThat(duration("2000ms")).isEqualTo(Duration.ofSeconds(2));
        assertThat(duration("1d")).isEqualTo(duration("24h")).isEqualTo(duration("1440m"));
        assertThat(with("half_up").choice("confab.a", java.math.RoundingMode.FLOOR))
                .isEqualTo(java.math.RoundingMode.HALF_UP);
        assertThat(with(" a, b,, c ").list("confab.a", text -> text.length() == 1, "letters"))
                .containsExactly("a", "b", "c");
    }

    @Test
    void emptyValueCountsAsNone() {
        assertThat(with("").integer("confab.a", 3, 1, 7)).isEqualTo(3);
        assertThat(with(" ").text("confab.a", "default", text -> false, "nothing"))
                .isEqualTo("default");
        assertThat(with("").secret("confab.a", text -> false, "nothing")).isEmpty();
        assertThat(with("").list("confab.a", text -> false, "nothing")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "8", "1.5", "seven", "99999999999999999999", "0x1"})
    void numberOutOfRangeIsRefusedInOneSentence(String value) {
        assertThatThrownBy(() -> with(value).integer("confab.a.b", 3, 1, 7))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessage("setting confab.a.b has the value '" + value + "'; allowed: a whole number from 1 to 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "999ms", "25h", "5", "5 s", "-5s", "PT", "999999999d", "P999999999999D"})
    void durationOutOfRangeIsRefusedInOneSentence(String value) {
        assertThatThrownBy(() -> duration(value))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessage("setting confab.a has the value '" + value
                        + "'; allowed: a duration (250ms, 5s, 10m, 2h, 7d or PT5S) from 1s to 1d");
    }

    @Test
    void wordOrTextThatIsNotAllowedIsRefused() {
        assertThatThrownBy(() -> with("up").choice("confab.a", Thread.State.NEW))
                .hasMessage("setting confab.a has the value 'up'; allowed: one of new, runnable, blocked, waiting,"
                        + " timed_waiting, terminated");
        assertThatThrownBy(() -> with("x").text("confab.a", "y", "y"::equals, "the letter y"))
                .hasMessage("setting confab.a has the value 'x'; allowed: the letter y");
        assertThatThrownBy(() -> with("a,bb").list("confab.a", text -> text.length() == 1, "letters"))
                .hasMessage("setting confab.a has the value 'a,bb'; allowed: letters");
    }

    @Test
    void valueThatMayHoldAPasswordIsNeverShown() {
        String sentence = "setting confab.a has a value that is not shown here; allowed: other";

        assertThatThrownBy(() -> with("hunter2").secret("confab.a", text -> false, "other"))
                .hasMessage(sentence);
        assertThatThrownBy(() -> with("tcp://h?password=hunter2").url("confab.a", text -> false, "other"))
                .hasMessage(sentence);
        assertThatThrownBy(() -> with("jdbc:x").url("confab.a", "jdbc:y", text -> false, "other"))
                .hasMessage(sentence);
        assertThatThrownBy(() -> with("https://me:hunter2@h").optional("confab.a", text -> false, "other"))
                .hasMessage(sentence);
    }

    @Test
    void secretIsTakenAsItStands() {
        assertThat(with(" hunter2 ").secret("confab.a", text -> true, "")).contains(" hunter2 ");
    }

    @Test
    void knowsWhatItWasAskedForInTheWordsOfTheTable() {
        var unset = new Configuration(key -> Optional.empty());
        unset.duration("confab.b", Duration.ZERO, Duration.ofMillis(1500), Duration.ofMinutes(90));
        unset.whole("confab.a", 5, 1, 10_000_000_000L);

        assertThat(unset.asked())
                .isEqualTo(List.of(
                        new Setting("confab.a", Setting.Kind.NUMBER, "5", "1 to 10000000000"),
                        new Setting("confab.b", Setting.Kind.DURATION, "0s", "1500ms to 90m")));
    }
}
