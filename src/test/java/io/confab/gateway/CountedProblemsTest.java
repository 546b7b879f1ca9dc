package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.wire.ErrorCode;
import io.confab.wire.RateBucket;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountedProblemsTest {
    private final DoorMetrics metrics = new DoorMetrics();

    /** What is sent of the headers of this refusal. */
    private MultivaluedMap<String, Object> sent(Refusal refusal) {
        var headers = new MultivaluedHashMap<String, Object>(Map.of(Problems.REFUSAL, refusal, "Retry-After", "1"));
        new CountedProblems(metrics).filter(null, (ContainerResponseContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ContainerResponseContext.class},
                (proxy, method, arguments) -> headers));
        return headers;
    }

    private static Refusal limited(RateBucket bucket) {
        return new Refusal.RateLimited("wait", Duration.ofSeconds(1), bucket.word(), 0, Duration.ZERO);
    }

    @Test
    void aRefusalIsCountedByItsCodeAndWhatCarriedItIsNotSent() {
        assertThat(sent(new Refusal.NotFound("nothing here"))).containsOnlyKeys("Retry-After");

        assertThat(metrics.refusedCount(ErrorCode.NOT_FOUND)).isEqualTo(1);
    }

    @Test
    void failedLoginsAndRegistrationsThatMustWaitAreCountedByTheirBucket() {
        sent(limited(RateBucket.LOGIN));
        sent(limited(RateBucket.REGISTRATION));
        sent(limited(RateBucket.USER)); // was counted where it was met

        assertThat(metrics.limitedCount(RateBucket.LOGIN)).isEqualTo(1);
        assertThat(metrics.limitedCount(RateBucket.REGISTRATION)).isEqualTo(1);
        assertThat(metrics.limitedCount(RateBucket.USER)).isZero();
        assertThat(metrics.refusedCount(ErrorCode.RATE_LIMITED)).isEqualTo(3);
    }
}
