package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VisitTest {
    private static final Instant FIRST = Instant.parse("2026-11-25T10:00:00Z");
    private static final Instant LATER = FIRST.plus(Duration.ofSeconds(40));

    private final Visit visit = new Visit();

    @Test
    void formIsSentOnce() {
        assertThat(visit.begin("c1", FIRST)).contains(FIRST);
        assertThat(visit.begin("c1", LATER)).isEmpty();
        assertThat(visit.begin("c2", LATER)).contains(LATER);
    }

    @Test
    void formThatMayHaveBeenDoneIsRepeatedWithTheTimeItHad() {
        visit.begin("c1", FIRST);
        visit.mayRepeat("c1");

        assertThat(visit.begin("c1", LATER)).contains(FIRST);
        assertThat(visit.begin("c1", LATER)).isEmpty();
    }

    @Test
    void formThatWasRefusedBeginsAnew() {
        visit.begin("c1", FIRST);
        visit.mayTryAgain("c1");

        assertThat(visit.begin("c1", LATER)).contains(LATER);
    }
}
