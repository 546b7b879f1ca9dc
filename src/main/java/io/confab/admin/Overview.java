package io.confab.admin;

import io.confab.delivery.Connections;
import io.confab.delivery.Sequencers;
import io.confab.kernel.NodeId;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The figures of this node, as the overview shows and pushes them. Thread-safe. */
@Named
@Singleton
public class Overview {
    /** Counting a million rows takes a tenth of a second: not at each push. */
    private static final Duration COUNT_AGAIN = Duration.ofSeconds(30);

    private final Connections connections;
    private final Sequencers sequencers;
    private final MessageRate messages;
    private final Database database;
    private final Iterable<HealthCheck> checks;
    private final NodeId node;
    private final Clock clock;
    private final Texts texts;
    private final Duration push;
    private long messagesBefore;
    private long nanosBefore = System.nanoTime();
    private double perSecond;
    private Counted counted = new Counted(0, 0, Instant.EPOCH);

    @Inject
    Overview(
            Connections connections,
            Sequencers sequencers,
            MessageRate messages,
            Database database,
            @Any @Readiness Instance<HealthCheck> checks,
            NodeId node,
            Clock clock,
            Texts texts,
            ConsoleSettings settings) {
        this.connections = connections;
        this.sequencers = sequencers;
        this.messages = messages;
        this.database = database;
        this.checks = checks;
        this.node = node;
        this.clock = clock;
        this.texts = texts;
        this.push = settings.push();
    }

    /** @param why empty when it is up */
    public record Part(String name, boolean up, String why) {}

    /** At one moment. {@code rooms} and {@code accounts} are of the whole installation, the others of this node. */
    public record Figures(
            int sockets,
            int people,
            int served,
            String rate,
            long messages,
            long rooms,
            long accounts,
            List<Part> parts,
            String time) {
        /** As the page's script takes it. */
        Map<String, Object> asMap() {
            return Map.of(
                    "sockets", sockets,
                    "people", people,
                    "served", served,
                    "rate", rate,
                    "messages", messages,
                    "rooms", rooms,
                    "accounts", accounts,
                    "parts", parts.stream().map(Overview::asMap).toList(),
                    "time", time);
        }
    }

    private record Counted(long rooms, long accounts, Instant at) {}

    public String getNode() {
        return node.value();
    }

    /** Time between two pushes. */
    public long getPushMillis() {
        return push.toMillis();
    }

    /** Measured since the figures were last asked for, once a second at most. */
    public synchronized Figures getFigures() {
        measure();
        Counted all = counted();
        return new Figures(
                connections.count(),
                connections.usersOnline().size(),
                sequencers.count(),
                String.format(Locale.ROOT, "%.1f", perSecond),
                messages.total(),
                all.rooms(),
                all.accounts(),
                parts(),
                texts.time(clock.instant()));
    }

    private void measure() {
        long now = System.nanoTime();
        double seconds = (now - nanosBefore) / 1e9;
        if (seconds >= 1) {
            long total = messages.total();
            perSecond = (total - messagesBefore) / seconds;
            messagesBefore = total;
            nanosBefore = now;
        }
    }

    private Counted counted() {
        Instant now = clock.instant();
        if (now.isAfter(counted.at().plus(COUNT_AGAIN))) {
            try {
                counted = new Counted(count("room"), count("account"), now);
            } catch (StoreFailure e) {
                // the database's own line on the page says it; these two stay as they were
                return counted;
            }
        }
        return counted;
    }

    private long count(String table) {
        return database.reads()
                .first("select count(*) from " + table, row -> row.getLong(1))
                .orElseThrow();
    }

    private List<Part> parts() {
        var parts = new ArrayList<Part>();
        for (HealthCheck check : checks) {
            HealthCheckResponse response = check.call();
            boolean up = response.getStatus() == HealthCheckResponse.Status.UP;
            String why = up
                    ? ""
                    : response.getData()
                            .map(data -> data.get("reason"))
                            .map(String::valueOf)
                            .orElse("");
            parts.add(new Part(response.getName(), up, why));
        }
        return parts;
    }

    private static Map<String, Object> asMap(Part part) {
        return Map.of("name", part.name(), "up", part.up(), "why", part.why());
    }
}
