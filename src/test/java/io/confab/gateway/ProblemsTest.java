package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.store.Failures;
import io.confab.store.StoreFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    private static final Refusal.RateLimited REFUSED =
            new Refusal.RateLimited("wait", Duration.ofMillis(1_200), "user", 20, Duration.ofSeconds(4));

    @Test
    void whoIsOverARateIsToldTheBucketItsSizeItsWindowAndWhenToComeBack() {
        assertThat(Problems.ratePolicy(REFUSED)).isEqualTo("\"user\";q=20;w=4");
        assertThat(Problems.rateState(REFUSED)).isEqualTo("\"user\";r=0;t=2");
    }

    @Test
    void whatTheDatabaseDidNotDoMayBeTriedAgainAndWhatItMayHaveDoneIsAFaultOfTheServer() {
        for (StoreFailure failure : List.of(Failures.unavailable(), Failures.lockTimeout(), Failures.conflict())) {
            assertThat(Problems.refusalFor(failure)).as(failure.getMessage()).isInstanceOf(Refusal.Unavailable.class);
        }
        for (StoreFailure failure : List.of(Failures.commitUnknown(), Failures.broken())) {
            assertThat(Problems.refusalFor(failure)).as(failure.getMessage()).isInstanceOf(Refusal.Internal.class);
        }
    }

    @Test
    void aRefusedStreamHasTheSameHeadersAsAnyCall() throws IOException {
        var exchange = new FakeExchange("GET", "/api/v1/stream", "192.0.2.1", Map.of());

        Problems.write(exchange.response(), REFUSED, 429, new DoorMetrics());

        assertThat(exchange.status()).isEqualTo(429);
        assertThat(exchange.headers())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Content-Type", "application/problem+json",
                        "Retry-After", "2",
                        "RateLimit-Policy", "\"user\";q=20;w=4",
                        "RateLimit", "\"user\";r=0;t=2"));
    }

    @Test
    void aWaitWithoutABucketNamesNoPolicyAndWhoMustSignInIsToldHow() throws IOException {
        var login = new FakeExchange("POST", "/api/v1/login", "192.0.2.1", Map.of());
        var stranger = new FakeExchange("GET", "/api/v1/stream", "192.0.2.1", Map.of());

        var failed = new Refusal.RateLimited("wait", Duration.ofSeconds(3), "login", 0, Duration.ZERO);
        Problems.write(login.response(), failed, 429, new DoorMetrics());
        Problems.write(stranger.response(), SignInFirst.NOBODY, 401, new DoorMetrics());

        assertThat(login.headers())
                .containsEntry("RateLimit", "\"login\";r=0;t=3")
                .doesNotContainKey("RateLimit-Policy");
        assertThat(stranger.headers())
                .containsEntry("WWW-Authenticate", "Bearer")
                .doesNotContainKey("Retry-After");
    }
}
