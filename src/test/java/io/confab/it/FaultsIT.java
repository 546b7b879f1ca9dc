package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.NodeProgram;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a node that makes faults on purpose the reference client shows every message once, in order. */
class FaultsIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Test
    void theReferenceClientSurvivesAllFaults() {
        var settings = new HashMap<>(SharedServer.WIDE);
        settings.put("confab.heartbeat", "1s");
        settings.put("confab.faults", "drop-ok=0.2,double-event=0.2,reorder=0.2,delay=0.1,close=0.03,silence=0.01");
        try (var server = ServerProcess.start(settings).awaitReady()) {
            var told = NodeProgram.run(
                    LIMIT,
                    Map.of(),
                    "node.sh",
                    "--experimental-websocket",
                    "src/test/js/faults.mjs",
                    server.base().toString());

            assertThat(told.code()).as(told.said()).isZero();
            assertThat(told.said())
                    .containsPattern(
                            "[1-9]\\d* connections ended, [1-9]\\d* events came twice: missing 0, twice 0, out of order 0");
            assertThat(server.latestLog()).contains("this node makes faults on purpose");
        }
    }
}
