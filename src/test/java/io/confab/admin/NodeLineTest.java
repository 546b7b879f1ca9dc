package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Configuration;
import io.confab.kernel.Json;
import io.confab.node.Figures;
import io.confab.node.NodeView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node in words, in each state. */
class NodeLineTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    private final Texts texts =
            new Texts(ConsoleSettings.from(new Configuration(key -> Optional.empty())), Clock.systemUTC());
    private final ObjectNode figures = Json.object()
            .put("drain", "no")
            .put("sockets", 12)
            .put("messages_per_second", 3.25)
            .put("database_ms", 4)
            .put("broker", "up")
            .put("load_pressure", 7);

    private NodeLine line(Duration silent) {
        return NodeLine.of(new NodeView("n_1", "n1", NOW, NOW.minus(silent), null, NOW, new Figures(figures)), texts);
    }

    @Test
    void aReadyNodeShowsItsFigures() {
        NodeLine line = line(Duration.ofSeconds(2));

        assertThat(line.state()).isEqualTo("ready");
        assertThat(line.note()).isEmpty();
        assertThat(line.sockets()).isEqualTo("12");
        assertThat(line.rate()).isEqualTo("3.3");
        assertThat(line.database()).isEqualTo("up, 4 ms");
        assertThat(line.load()).isEqualTo("7 %");
        assertThat(line.acts()).containsExactly("drain", "log_level");
    }

    @Test
    void aNodeThatIsGoneIsToldWithWhenItWasSeenAndWithoutItsLastFigures() {
        NodeLine line = line(Duration.ofMinutes(3));

        assertThat(line.state()).isEqualTo("gone");
        assertThat(line.tone()).isEqualTo("harsh");
        assertThat(line.note()).isEqualTo("last seen 2026-11-26 09:57:00 UTC");
        assertThat(line.sockets()).isEqualTo("–");
        assertThat(line.database()).isEqualTo("–");
        assertThat(line.acts()).isEmpty();
    }

    @Test
    void aSlowDatabaseIsCalledSlowAndOneThatIsAwayDown() {
        figures.put("database_ms", 800);
        assertThat(line(Duration.ZERO).database()).isEqualTo("slow, 800 ms");
        assertThat(line(Duration.ZERO).databaseTone()).isEqualTo("warn");

        figures.putArray("checks")
                .addObject()
                .put("name", "database")
                .put("up", false)
                .put("why", "connections that only read");
        assertThat(line(Duration.ZERO).database()).isEqualTo("down");
        assertThat(line(Duration.ZERO).state()).isEqualTo("not ready");
        assertThat(line(Duration.ZERO).note()).isEqualTo("database: connections that only read");
    }

    @Test
    void aDrainShowsHowFarItIsAndCanBeCalledOff() {
        figures.put("drain", "draining").put("drain_sockets", 340);

        assertThat(line(Duration.ZERO).note()).isEqualTo("12 of 340 sockets are still here");
        assertThat(line(Duration.ZERO).acts()).containsExactly("undrain", "log_level");
    }

    @Test
    void whatANodeOfAnotherVersionDoesNotSayIsNotMadeUp() {
        figures.removeAll();

        assertThat(line(Duration.ZERO).sends()).isEqualTo("–");
        assertThat(line(Duration.ZERO).state()).isEqualTo("ready");
    }
}
