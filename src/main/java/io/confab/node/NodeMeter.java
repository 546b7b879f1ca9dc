package io.confab.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.delivery.Connections;
import io.confab.delivery.DeliveryMetrics;
import io.confab.delivery.DeliveryMetrics.Resumed;
import io.confab.delivery.Lanes;
import io.confab.delivery.Reads;
import io.confab.delivery.Sequencers;
import io.confab.fanout.Broker;
import io.confab.fanout.BrokerHealth;
import io.confab.kernel.Histogram;
import io.confab.kernel.Json;
import io.confab.log.LogMetrics;
import io.confab.ops.DatabaseHealth;
import io.confab.ops.Drain;
import io.confab.ops.LoadWatch;
import io.confab.ops.Metrics;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Clock;
import java.util.Arrays;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Asks this node's features how they are, for its row. Like {@link Metrics} a list, longer than a rule allows, with nothing to
 * decide. For one thread.
 */
@Singleton
public class NodeMeter {
    /** A row has a bound: longer reasons are cut. */
    private static final int MAX_REASON = 200;

    private final Connections connections;
    private final DeliveryMetrics delivery;
    private final Sequencers sequencers;
    private final Lanes lanes;
    private final Reads reads;
    private final Broker broker;
    private final BrokerHealth brokerHealth;
    private final LogMetrics log;
    private final Metrics metrics;
    private final LoadWatch load;
    private final Drain drain;
    private final MessageCount messages;
    private final LogLevels logLevels;
    private final DatabaseHealth database;
    private final Iterable<HealthCheck> checks;
    private final Clock clock;
    private final LastMinute lately = new LastMinute();
    private final String version = Version.read();

    @Inject
    public NodeMeter(
            Connections connections,
            DeliveryMetrics delivery,
            Sequencers sequencers,
            Lanes lanes,
            Reads reads,
            Broker broker,
            BrokerHealth brokerHealth,
            LogMetrics log,
            Metrics metrics,
            LoadWatch load,
            Drain drain,
            MessageCount messages,
            LogLevels logLevels,
            @Readiness DatabaseHealth database,
            @Any @Readiness Instance<HealthCheck> checks,
            Clock clock) {
        this.connections = connections;
        this.delivery = delivery;
        this.sequencers = sequencers;
        this.lanes = lanes;
        this.reads = reads;
        this.broker = broker;
        this.brokerHealth = brokerHealth;
        this.log = log;
        this.metrics = metrics;
        this.load = load;
        this.drain = drain;
        this.messages = messages;
        this.logLevels = logLevels;
        this.database = database;
        this.checks = checks;
        this.clock = clock;
    }

    Figures figures() {
        LastMinute.Rates rates = rates();
        ObjectNode json = Json.object()
                .put("version", version)
                .put("at", clock.instant().toString())
                .put("drain", drain())
                .put("drain_sockets", drain.socketsAtFirst())
                .put("sockets", connections.count())
                .put("streams", delivery.openStreams())
                .put("people", connections.usersOnline().size())
                .put("rooms", sequencers.count())
                .put("messages", messages.total())
                .put("messages_per_second", tenths(rates.messagesPerSecond()))
                .put("resumes_ok", delivery.resumedCount(Resumed.OK))
                .put("resumes_gap", delivery.resumedCount(Resumed.GAP))
                .put("holes_healed", delivery.healedCount())
                .put("load_level", load.level())
                .put("load_pressure", Math.round(load.pressure() * 100))
                .put("commit_ms", tenths(rates.commitMillis()))
                .put("database_ms", database.lastLook().toMillis())
                .put("broker", brokerHealth.state().up() ? "up" : "down")
                .put("heap_percent", heapPercent());
        json.set("send_ok", rates.sends().json());
        json.set("delivery", rates.deliveries().json());
        json.putObject("waiting")
                .put("commands", log.figures().waitingCommands())
                .put("lanes", lanes.waiting())
                .put("reads", reads.waiting())
                .put("socket_bytes", connections.waitingBytes())
                .put("broker", broker.waitingPosts());
        putChecks(json.putArray("checks"));
        putLogLevels(json.putArray("log_levels"));
        return new Figures(json);
    }

    private LastMinute.Rates rates() {
        LogMetrics.Figures written = log.figures();
        return lately.with(new LastMinute.Counts(
                System.nanoTime(),
                messages.total(),
                Latency.of(Metrics.sendBoundMillis(), metrics.sendCounts()),
                latency(delivery.agesOfOwn()).plus(latency(delivery.agesOfOthers())),
                written.commits(),
                written.commitNanos()));
    }

    private static Latency latency(Histogram histogram) {
        long[] bounds = Arrays.stream(histogram.boundSeconds())
                .mapToLong(seconds -> Math.round(seconds * 1000))
                .toArray();
        return Latency.of(bounds, histogram.counts());
    }

    private String drain() {
        return drain.over() ? "drained" : drain.begun() ? "draining" : "no";
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static long heapPercent() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return heap.getMax() <= 0 ? 0 : 100 * heap.getUsed() / heap.getMax();
    }

    private void putChecks(ArrayNode array) {
        for (HealthCheck check : checks) {
            HealthCheckResponse response = check.call();
            String reason = response.getData()
                    .map(data -> data.get("reason"))
                    .map(String::valueOf)
                    .orElse("");
            array.addObject()
                    .put("name", response.getName())
                    .put("up", response.getStatus() == HealthCheckResponse.Status.UP)
                    .put("why", reason.substring(0, Math.min(reason.length(), MAX_REASON)));
        }
    }

    private void putLogLevels(ArrayNode array) {
        logLevels
                .set()
                .forEach((logger, level) -> array.addObject()
                        .put("logger", logger)
                        .put("level", level.level().word())
                        .put("until", level.until().toString()));
    }
}
