package io.confab.ops;

import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.confab.audit.AuditSealer;
import io.confab.badge.BadgeMetrics;
import io.confab.delivery.Connections;
import io.confab.delivery.DeliveryMetrics;
import io.confab.delivery.Lanes;
import io.confab.delivery.Outcome;
import io.confab.delivery.Reads;
import io.confab.delivery.Sequencers;
import io.confab.fanout.Broker;
import io.confab.fanout.BrokerHealth;
import io.confab.fanout.HeadsCheck;
import io.confab.kernel.Load;
import io.confab.log.LogMetrics;
import io.confab.ops.AdmissionMetrics.Handshake;
import io.confab.rule.RuleMetrics;
import io.confab.search.SearchMetrics;
import io.confab.store.Database;
import io.confab.wire.CloseCode;
import io.confab.wire.ErrorCode;
import io.confab.wire.RateBucket;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.eclipse.microprofile.health.Readiness;

/**
 * The meters of this node, by Micrometer, shown at {@code /metrics}; names and units in docs/operations.md. Features count
 * by themselves; this is the one place that names their counts. Longer than a rule allows, since it is a list: a line or so for
 * each meter, and nothing to decide.
 */
@Singleton
public class Metrics {
    private static final Duration[] SEND_BOUNDS = {
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private final Timer sends;
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final JvmHeapPressureMetrics heap = new JvmHeapPressureMetrics();

    @Inject
    public Metrics(
            Connections connections,
            Sequencers sequencers,
            DeliveryMetrics delivery,
            BadgeMetrics badges,
            Lanes lanes,
            Reads reads,
            DoorMetrics doors,
            Broker broker,
            BrokerHealth brokerHealth,
            Database database,
            @Readiness DatabaseHealth databaseHealth,
            HeadsCheck check,
            LogMetrics log,
            SearchMetrics search,
            RuleMetrics rules,
            AuditSealer sealer,
            LoadWatch load,
            AdmissionMetrics admission) {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        heap.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gauge(
                "confab.sockets",
                "open sockets of this node",
                connections,
                c -> Math.max(0, c.count() - delivery.openStreams()));
        gauge("confab.streams", "open event streams of this node", delivery, DeliveryMetrics::openStreams);
        gauge(
                "confab.people",
                "people with a socket on this node",
                connections,
                c -> c.usersOnline().size());
        gauge("confab.rooms.served", "rooms somebody on this node listens to", sequencers, Sequencers::count);
        gauge("confab.tail.bytes", "bytes of encoded events kept for replay", sequencers, Sequencers::tailBytes);
        gauge(
                "confab.broker.up",
                "1 while the broker is connected",
                brokerHealth,
                b -> b.state().up() ? 1 : 0);
        count("confab.broker.sent", "events given to the broker", brokerHealth, BrokerHealth::publishedCount);
        count("confab.broker.received", "events received from other nodes", brokerHealth, BrokerHealth::receivedCount);
        count("confab.broker.dropped", "events left to the heads check", brokerHealth, BrokerHealth::droppedCount);
        count("confab.frames.sent", "frames given to sockets", delivery, DeliveryMetrics::framesSent);
        count("confab.deliveries", "live events queued for sockets", delivery, DeliveryMetrics::eventsDelivered);
        count("confab.events.encoded", "events made into text", delivery, DeliveryMetrics::eventsEncoded);
        count(
                "confab.ephemeral.dropped",
                "ephemeral events dropped",
                delivery,
                DeliveryMetrics::ephemeralEventsDropped);
        gauge(
                "confab.badges.watched",
                "rooms of people that a socket does not listen to",
                badges,
                BadgeMetrics::watchedCount);
        count("confab.badges.sent", "badges given to sockets", badges, BadgeMetrics::toldCount);
        count("confab.badges.counted", "unread counts read from the log", badges, BadgeMetrics::countedCount);
        count("confab.badges.left.out", "rooms not followed: too many", badges, BadgeMetrics::leftOutCount);
        count("confab.slow.consumers", "sockets closed with 4302", delivery, DeliveryMetrics::slowConsumersClosed);
        count("confab.holes.read", "missing numbers read from the log", delivery, DeliveryMetrics::holeReads);
        count(
                "confab.holes.healed",
                "events that the broker lost, read from the log",
                delivery,
                DeliveryMetrics::healedCount);
        count("confab.replay.reads", "reads of the log for replays", delivery, DeliveryMetrics::replayReadCount);
        count(
                "confab.idle.timers.skipped",
                "timers Tyrus was kept from",
                delivery,
                DeliveryMetrics::idleTimersSkippedCount);
        count("confab.epoch.alarms", "rooms whose numbers went back", delivery, DeliveryMetrics::epochAlarmCount);
        showCheck(check);
        showLog(log);
        showSearch(search);
        showRules(rules);
        gauge(
                "confab.audit.unsealed.seconds",
                "for how long a line or a day's head waits for its seal",
                sealer,
                s -> s.waiting().toSeconds());
        showWaiting(lanes, reads, connections, broker);
        showDelivery(delivery);
        showDoors(doors);
        gauge("confab.database.up", "1 while the database takes writes", databaseHealth, d -> d.isUp() ? 1 : 0);
        database.measure(new MicrometerMetricsTrackerFactory(registry)); // hikaricp_…
        showLoad(load, admission);
        sends = Timer.builder("confab.send.ok")
                .description("from a message's arrival at a door to its ok")
                .serviceLevelObjectives(SEND_BOUNDS)
                .register(registry);
    }

    private void showRules(RuleMetrics rules) {
        gauge("confab.rules", "rules that this node matches", rules, RuleMetrics::liveCount);
        count("confab.rules.met", "texts that met a rule", rules, RuleMetrics::metCount);
        count("confab.rules.refused", "messages that a rule refused", rules, RuleMetrics::refusedCount);
        count("confab.rules.hits.lost", "hits too many to be kept", rules, RuleMetrics::lostCount);
        count("confab.rules.failures", "times a rule ended abnormally", rules, RuleMetrics::failedCount);
    }

    private void showWaiting(Lanes lanes, Reads reads, Connections connections, Broker broker) {
        gauge("confab.lanes.waiting", "rooms and sockets that wait for a turn", lanes, Lanes::waiting);
        gauge("confab.reads.waiting", "reads of the log that wait for a thread", reads, Reads::waiting);
        gauge("confab.sockets.waiting.bytes", "bytes that wait for sockets", connections, Connections::waitingBytes);
        gauge("confab.broker.waiting", "commits and notices that wait for the broker", broker, Broker::waitingPosts);
        gauge("confab.broker.waiting.bytes", "about so many bytes of them", broker, Broker::waitingBytes);
    }

    private void showDelivery(DeliveryMetrics delivery) {
        registry.getPrometheusRegistry()
                .register(new HistogramMeter(
                        "confab_send_delivery_seconds",
                        "from an event's time to its text's way to a socket",
                        "committed",
                        Map.of("here", delivery.agesOfOwn(), "elsewhere", delivery.agesOfOthers())));
        for (CloseCode code : CloseCode.values()) {
            count(
                    "confab.closes",
                    "sockets closed by this node",
                    delivery,
                    d -> d.closedCount(code),
                    "code",
                    code.word());
        }
        for (Outcome.Reason reason : Outcome.Reason.values()) {
            count("confab.gaps", "gaps told", delivery, d -> d.gapCount(reason), "reason", reason.word());
        }
        for (DeliveryMetrics.Resumed outcome : DeliveryMetrics.Resumed.values()) {
            count(
                    "confab.resumes",
                    "rooms that clients asked for from a number on",
                    delivery,
                    d -> d.resumedCount(outcome),
                    "outcome",
                    word(outcome));
        }
    }

    private void showDoors(DoorMetrics doors) {
        for (RateBucket bucket : RateBucket.values()) {
            count("confab.limits.hit", "limits met", doors, d -> d.limitedCount(bucket), "bucket", bucket.word());
        }
        for (ErrorCode code : ErrorCode.values()) {
            count("confab.refusals", "refusals told", doors, d -> d.refusedCount(code), "code", code.word());
        }
    }

    private void showCheck(HeadsCheck check) {
        FunctionTimer.builder(
                        "confab.heads.check",
                        check,
                        HeadsCheck::completedRounds,
                        c -> c.spentInRounds().toNanos(),
                        TimeUnit.NANOSECONDS)
                .description("rounds of the heads check")
                .register(registry);
        count("confab.heads.check.failed", "rounds of the heads check that failed", check, HeadsCheck::failedRounds);
        gauge(
                "confab.heads.check.age.seconds",
                "time since the last completed round",
                check,
                c -> c.age().toMillis() / 1000.0);
    }

    private void showLog(LogMetrics log) {
        FunctionTimer.builder(
                        "confab.log.commit",
                        log,
                        l -> l.figures().commits(),
                        l -> l.figures().commitNanos(),
                        TimeUnit.NANOSECONDS)
                .description("transactions of the log's writers, from begin to durable")
                .register(registry);
        count(
                "confab.log.commands",
                "commands answered in those transactions",
                log,
                l -> l.figures().commands());
        count("confab.log.events", "events written", log, l -> l.figures().events());
        count(
                "confab.log.refused",
                "commands refused by the rules",
                log,
                l -> l.figures().refused());
        count(
                "confab.log.duplicates",
                "repeats answered with the first answer",
                log,
                l -> l.figures().duplicates());
        count(
                "confab.log.misses",
                "commands decided again, their room had moved",
                log,
                l -> l.figures().misses());
        count(
                "confab.log.splits",
                "batches taken apart after a failure",
                log,
                l -> l.figures().splits());
        count(
                "confab.log.unknown",
                "commits whose outcome had to be looked up",
                log,
                l -> l.figures().unknown());
        count(
                "confab.log.turned.away",
                "commands refused: queue full, or waited too long",
                log,
                l -> l.figures().turnedAway());
        gauge(
                "confab.log.waiting.commands",
                "commands that wait for a writer",
                log,
                l -> l.figures().waitingCommands());
        gauge(
                "confab.log.waiting.bytes",
                "bytes of commands that wait for a writer",
                log,
                l -> l.figures().waitingBytes());
    }

    private void showSearch(SearchMetrics search) {
        count("confab.search.indexed", "events taken into the index of messages", search, SearchMetrics::indexedCount);
        count(
                "confab.search.unreadable",
                "rooms passed over by the index of messages",
                search,
                SearchMetrics::unreadableCount);
        gauge(
                "confab.search.behind",
                "events known and not in the index of messages",
                search,
                SearchMetrics::behindCount);
        gauge(
                "confab.search.sweep.age.seconds",
                "time since all rooms were found in the index of messages",
                search,
                SearchMetrics::sweepAgeSeconds);
    }

    private void showLoad(LoadWatch load, AdmissionMetrics admission) {
        gauge("confab.load.level", "kinds of work given up now", load, LoadWatch::level);
        gauge("confab.load.pressure", "how near it is to more than it can, 0 to 1", load, LoadWatch::pressure);
        for (Load.Kind kind : Load.Kind.values()) {
            count("confab.shed", "things given up for the load", load, l -> l.shedCount(kind), "kind", word(kind));
        }
        for (Handshake result : Handshake.values()) {
            count(
                    "confab.handshakes",
                    "handshakes by what became of them",
                    admission,
                    a -> a.counted(result),
                    "result",
                    word(result));
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** A message was accepted this long after it arrived at a door. */
    public void sent(Duration untilOk) {
        sends.record(untilOk);
    }

    /** Upper bounds of {@link #sendCounts}, rising. */
    public static long[] sendBoundMillis() {
        return Arrays.stream(SEND_BOUNDS).mapToLong(Duration::toMillis).toArray();
    }

    /** Messages accepted since the start: that took at most each bound, and longer than the one before; last: longer than all. */
    public long[] sendCounts() {
        HistogramSnapshot snapshot = sends.takeSnapshot();
        CountAtBucket[] buckets = snapshot.histogramCounts(); // each with those below it
        long[] counts = new long[SEND_BOUNDS.length + 1];
        long below = 0;
        for (int i = 0; i < SEND_BOUNDS.length; i++) {
            long so = Math.max(below, (long) buckets[i].count());
            counts[i] = so - below;
            below = so;
        }
        counts[SEND_BOUNDS.length] = Math.max(0, snapshot.count() - below);
        return counts;
    }

    /** The Prometheus text format, version 0.0.4. */
    String scrape() {
        return registry.scrape();
    }

    @PreDestroy
    void close() {
        collections.close();
        heap.close();
        registry.close();
    }

    private <T> void gauge(String name, String what, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(what).register(registry);
    }

    private <T> void count(String name, String what, T source, ToDoubleFunction<T> value, String... tag) {
        FunctionCounter.builder(name, source, value).description(what).tags(tag).register(registry);
    }
}
