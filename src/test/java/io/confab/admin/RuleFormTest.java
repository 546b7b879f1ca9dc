package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.rule.RuleAct;
import io.confab.rule.RuleDefinition;
import io.confab.rule.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the form of a rule shows and gives back. */
class RuleFormTest {
    private static RuleForm form(Duration youngerThan) {
        return RuleForm.of(new RuleDefinition(
                "a rule", new Trigger.Any(), RuleAct.BLOCK, null, Duration.ZERO, youngerThan, Set.of(), List.of()));
    }

    @Test
    void anAgeThatIsNotInHoursIsSavedAsItWasUnlessSomebodyChangesIt() {
        RuleForm form = form(Duration.ofMinutes(30));
        assertThat(form.getYoungerHours()).isEqualTo(1);
        assertThat(form.document().path("younger_than_s").asLong()).isEqualTo(1_800);

        form.setYoungerHours(2);
        assertThat(form.document().path("younger_than_s").asLong()).isEqualTo(7_200);
        form.setYoungerHours(0);
        assertThat(form.document().path("younger_than_s").asLong()).isZero();
    }

    @Test
    void wholeHoursAreShownAsTheyAreAndNoneAsNone() {
        assertThat(form(Duration.ofHours(24)).getYoungerHours()).isEqualTo(24);
        assertThat(form(Duration.ZERO).getYoungerHours()).isZero();
    }
}
