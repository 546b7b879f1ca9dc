package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of the chaos suite (src/test/chaos), with the local cluster as operators start it: three nodes behind
 * HAProxy, one PostgreSQL and one Artemis, a minute in which five of its faults strike.
 */
class ChaosIT {
    private static final String SEED = "43"; // a node killed, one frozen, sockets reset, database and broker killed
    private static final String PORT = "28080";
    private static final Path CLUSTER = Path.of("target", "chaos", "cluster").toAbsolutePath();
    private static final int LIMIT_MINUTES = 8;

    @Test
    void whatWasAcknowledgedReachesEverybodyOnceAndInOrderWhileNodesBrokerAndDatabaseAreKilled(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        var builder = new ProcessBuilder(
                        "src/test/chaos/seeds.sh", SEED, SEED, "--clients", "100", "--rooms", "10", "--most", "5")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .put("CONFAB_POSTGRES_BIN", PostgresServer.programs().toString());
        builder.environment().put("SECONDS_EACH", "60");
        builder.environment().put("PORT", PORT);
        builder.environment().put("CLUSTER", CLUSTER.toString());

        Process suite = builder.start();
        boolean ended = suite.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            suite.descendants().forEach(ProcessHandle::destroy);
            suite.destroy(); // its trap stops the cluster
            suite.waitFor(1, TimeUnit.MINUTES);
        }

        String said = Files.readString(output) + report();
        assertThat(ended).as("ended in time: %s", said).isTrue();
        assertThat(suite.exitValue()).as(said).isZero();
        assertThat(said)
                .contains("acknowledged messages lost: 0", "delivered twice: 0", "out of order: 0")
                .contains("holes not told as a gap: 0", "answered wrongly: 0", "never answered: 0")
                .contains(
                        "later than 10 s after what was in the way: 0", "no answer on a living connection for 12 s: 0")
                .contains("| kill-broker", "| kill-postgres", "| kill-node", "| freeze-node", "| reset-sockets");
        for (int node = 1; node <= 3; node++) { // the end of the cluster lets each do its drain
            assertThat(Files.readString(CLUSTER.resolve("node" + node + "/server/server.log")))
                    .containsPattern("drained: \\d+ sockets left");
        }
    }

    private static String report() throws IOException {
        Path log = Path.of("target", "chaos", "seed-" + SEED + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
