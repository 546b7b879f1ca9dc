package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    private static final Refusal.RateLimited REFUSED =
            new Refusal.RateLimited("wait", Duration.ofMillis(1_200), "user", 20, Duration.ofSeconds(4));

    @Test
    void whoIsOverARateIsToldTheBucketItsSizeItsWindowAndWhenToComeBack() {
        assertThat(Problems.ratePolicy(REFUSED)).isEqualTo("\"user\";q=20;w=4");
        assertThat(Problems.rateState(REFUSED)).isEqualTo("\"user\";r=0;t=2");
    }
}
