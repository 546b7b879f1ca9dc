package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Configuration;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.trace.NoTraces;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokerEchoTest {
    private final List<Tie> ties = new ArrayList<>();

    @AfterEach
    void stop() {
        ties.forEach(tie -> tie.broker.stop());
    }

    /** One node's tie to the broker, with what it does about echoes. */
    private static final class Tie implements TopicListener {
        final BrokerHealth health = new BrokerHealth(Clock.systemUTC());
        final AtomicReference<BrokerEcho> echo = new AtomicReference<>();
        final Broker broker;

        Tie(String node, Optional<String> url) {
            BrokerSettings read = BrokerSettings.from(new Configuration(key -> Optional.empty()));
            var reaching = new BrokerSettings(
                    url,
                    read.user(),
                    read.password(),
                    read.memoryBytes(),
                    read.waiting(),
                    read.waitingBytes(),
                    read.retry(),
                    read.headsCheckBound());
            broker = new Broker(reaching, new NodeId(node), health, NoTraces.none(), List.of(this), List.of());
            echo.set(new BrokerEcho(broker, new NodeId(node)));
            broker.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> health.state().up());
        }

        @Override
        public List<String> addresses() {
            return List.of(Topics.PRESENCE);
        }

        @Override
        public void received(List<String> texts) {
            for (String text : texts) {
                JsonNode said = Json.read(text);
                if (said.path("k").asText().equals("probe")) {
                    echo.get().asked(said);
                } else {
                    echo.get().answered(said);
                }
            }
        }
    }

    private Tie tie(String node, Optional<String> url) {
        var tie = new Tie(node, url);
        ties.add(tie);
        return tie;
    }

    @Test
    void whoeverHearsAnswersAndWhoeverDoesNotIsMissedInTime() throws Exception {
        Tie one = tie("n1", Optional.empty());
        tie("n2", Optional.of(one.broker.inVmUrl()));
        tie("n3", Optional.of(one.broker.inVmUrl()));

        var all = one.echo.get().ask(Set.of("n2", "n3"), Duration.ofSeconds(20));
        assertThat(all).containsOnlyKeys("n2", "n3");
        assertThat(all.values())
                .allSatisfy(took -> assertThat(took).isBetween(Duration.ofNanos(1), Duration.ofSeconds(20)));

        assertThat(one.echo.get().ask(Set.of("n2", "n4"), Duration.ofMillis(500)))
                .containsOnlyKeys("n2");
    }
}
