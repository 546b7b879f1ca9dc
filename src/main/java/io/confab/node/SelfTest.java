package io.confab.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.fanout.BrokerEcho;
import io.confab.fanout.BrokerHealth;
import io.confab.kernel.Json;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Tries what each message needs, step by step, and says how long each took: a row written by the log's own connections until
 * it is on disk, the same row read by those of readers, and the way through the broker to each other node and back. Blocks.
 */
@Singleton
public class SelfTest {
    static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_NODES = 50; // an outcome has a bound
    private static final String WRITE = "update node set seen_at = " + NodeRows.NOW + " where id = ?";
    private static final String READ = "select seen_at from node where id = ?";

    private final Database database;
    private final ThisNode node;
    private final Nodes nodes;
    private final BrokerHealth broker;
    private final BrokerEcho echo;

    @Inject
    public SelfTest(Database database, ThisNode node, Nodes nodes, BrokerHealth broker, BrokerEcho echo) {
        this.database = database;
        this.node = node;
        this.nodes = nodes;
        this.broker = broker;
        this.echo = echo;
    }

    /** @param steps JSON: {@code [{"step":…,"ms":3,"why":""}]}; {@code why} says what was wrong */
    record Result(boolean good, String steps) {}

    Result run() {
        ArrayNode steps = Json.array();
        boolean wrote = timed(
                steps,
                "database: a row written, and on disk",
                () -> database.logTransactions().write((em, jdbc) -> write(jdbc)) == 1);
        boolean read = timed(
                steps,
                "database: read again",
                () -> database.reads()
                        .first(READ, row -> row.getLong(1), node.id())
                        .isPresent());
        boolean heard = throughTheBroker(steps);
        boolean good = wrote && read && heard;
        return new Result(good, Json.write(steps));
    }

    private int write(Connection jdbc) throws SQLException {
        return NodeRows.update(jdbc, WRITE, node.id());
    }

    private static boolean timed(ArrayNode steps, String name, BooleanSupplier step) {
        long begun = System.nanoTime();
        String why;
        try {
            why = step.getAsBoolean() ? "" : "the row is not there";
        } catch (StoreFailure e) {
            why = String.valueOf(e.getMessage());
        }
        add(steps, name, Duration.ofNanos(System.nanoTime() - begun), why);
        return why.isEmpty();
    }

    private boolean throughTheBroker(ArrayNode steps) {
        BrokerHealth.State state = broker.state();
        if (!state.up()) {
            add(steps, "broker", Duration.ZERO, "down: " + state.reason());
            return false;
        }
        try {
            return toOthers(steps);
        } catch (StoreFailure e) {
            add(steps, "broker: the other nodes", Duration.ZERO, "which there are cannot be read");
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean toOthers(ArrayNode steps) throws InterruptedException {
        Set<String> others = others();
        if (others.isEmpty()) {
            add(steps, "broker: connected, and no other node to hear it", Duration.ZERO, "");
            return true;
        }
        Map<String, Duration> heard = echo.ask(others, PATIENCE);
        others.forEach(other -> {
            Duration took = heard.get(other);
            String step = "broker: to " + other + " and back";
            if (took == null) {
                add(steps, step, PATIENCE, "no answer");
            } else {
                add(steps, step, took, "");
            }
        });
        return heard.keySet().containsAll(others);
    }

    private Set<String> others() {
        List<NodeView> all = nodes.all();
        return all.stream()
                .filter(each -> each.lives() && !each.id().equals(node.id()))
                .map(NodeView::name)
                .limit(MOST_NODES)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void add(ArrayNode steps, String name, Duration took, String why) {
        ObjectNode step = steps.addObject();
        step.put("step", name)
                .put("ms", Math.round(took.toNanos() / 1e5) / 10.0)
                .put("why", why);
    }
}
