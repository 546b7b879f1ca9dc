package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.ClientAddress;
import io.confab.identity.IdentitySettings;
import io.confab.kernel.Configuration;
import io.confab.ops.DoorMetrics;
import jakarta.servlet.FilterChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallsAtOnceTest {
    private static final int OF_ALL = 8;

    private final Configuration defaults = new Configuration(key -> Optional.empty());
    private final BodyTime bodyTime = new BodyTime(GatewaySettings.from(defaults));
    private final CallsAtOnce calls = new CallsAtOnce(
            new ClientAddress(IdentitySettings.from(defaults)),
            bodyTime,
            new DoorMetrics(),
            new CallShares(OF_ALL, OF_ALL));

    @AfterEach
    void stop() {
        bodyTime.stop();
    }

    /** So many calls, each while the one before is still being served: how each was answered, the last one first. */
    private List<FakeExchange> atOnce(String path, String address, int times) throws Exception {
        var all = new ArrayList<FakeExchange>();
        nested(path, address, times, all);
        return all;
    }

    private void nested(String path, String address, int times, List<FakeExchange> all) throws Exception {
        if (times == 0) {
            return;
        }
        var exchange = new FakeExchange("GET", path, address, Map.of());
        var served = new boolean[1];
        FilterChain chain = (request, response) -> {
            served[0] = true;
            try {
                nested(path, address, times - 1, all);
            } catch (java.io.IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        calls.doFilter(exchange.request(), exchange.response(), chain);
        if (!served[0]) {
            all.add(exchange);
        }
    }

    private static FakeExchange one(List<FakeExchange> exchanges) {
        assertThat(exchanges).hasSize(1);
        return exchanges.getFirst();
    }

    @Test
    void whoIsOneTooManyIsToldSoOnceAndTheConnectionEnds() throws Exception {
        assertThat(atOnce("/api/v1/me", "192.0.2.1", OF_ALL / 2)).isEmpty();

        FakeExchange refused = one(atOnce("/api/v1/me", "192.0.2.1", OF_ALL / 2 + 1));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("\"unavailable\"");
        assertThat(refused.headers()).containsEntry("Connection", "close").containsKey("Retry-After");
    }

    @Test
    void probesHaveAFewPlacesOfTheirOwn() throws Exception {
        assertThat(atOnce("/metrics", "192.0.2.1", 8)).isEmpty();
        assertThat(one(atOnce("/metrics", "192.0.2.1", 9)).status()).isEqualTo(503);
        assertThat(one(atOnce("/health/ready", "192.0.2.1", 9)).status()).isEqualTo(503);
    }

    @Test
    void aProbeIsAnsweredWhateverElseIsInTheWorks() throws Exception {
        var probe = new FakeExchange("GET", "/health/ready", "192.0.2.200", Map.of());
        var call = new FakeExchange("GET", "/api/v1/me", "192.0.2.201", Map.of());
        var served = new ArrayList<String>();
        FilterChain chain = (request, response) -> {
            calls.doFilter(call.request(), call.response(), (a, b) -> served.add("call"));
            calls.doFilter(probe.request(), probe.response(), (a, b) -> served.add("probe"));
        };
        for (int i = 0; i < OF_ALL; i++) {
            FilterChain inner = chain;
            var outer = new FakeExchange("GET", "/api/v1/me", "192.0.2." + i, Map.of());
            chain = (request, response) -> calls.doFilter(outer.request(), outer.response(), inner);
        }
        chain.doFilter(probe.request(), probe.response());

        assertThat(served).containsExactly("probe");
        assertThat(call.status()).isEqualTo(503);
    }
}
