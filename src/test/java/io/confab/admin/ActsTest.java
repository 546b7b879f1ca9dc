package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.store.Failures;
import io.confab.store.StoreFailure;
import org.junit.jupiter.api.Test;

class ActsTest {
    private static Outcome<Boolean> actThatEndsWith(StoreFailure failure) {
        return Acts.settled(Acts.UNKNOWN, () -> {
            throw failure;
        });
    }

    @Test
    void outcomeThatIsNotKnownIsSaidAboveTheForm() {
        assertThat(actThatEndsWith(Failures.commitUnknown())).isEqualTo(Outcome.refused(Acts.UNKNOWN));
    }

    @Test
    void whatWasCertainlyNotDoneIsSaidSo() {
        assertThat(actThatEndsWith(Failures.unavailable()))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Unavailable.class));
    }

    @Test
    void faultOfOursStaysAFault() {
        StoreFailure fault = Failures.broken();

        assertThatThrownBy(() -> actThatEndsWith(fault)).isSameAs(fault);
    }
}
