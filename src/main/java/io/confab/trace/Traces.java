package io.confab.trace;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The commands that are followed: chosen at the door, told of at each stop, on the logger {@code io.confab.trace} with the
 * same fields as words and, for a formatter that knows them, as a map. Thread-safe; a line takes as long as the log does.
 */
@Singleton
public class Traces {
    private static final System.Logger LOG = System.getLogger("io.confab.trace");
    private static final int KEPT = 4_096;
    private static final Duration KEPT_FOR = Duration.ofMinutes(1);

    private final int oneIn;
    private final String node;
    private final Clock clock;
    private final Spans spans;
    private final Cache<Place, Followed> book =
            Caffeine.newBuilder().maximumSize(KEPT).expireAfterWrite(KEPT_FOR).build();
    private final AtomicLong bookEndsMillis = new AtomicLong(); // then its last entry is out; 0: nobody looks into it

    private record Place(RoomId room, long seq) {}

    @Inject
    public Traces(TraceSettings settings, NodeId node, Clock clock, Instance<Spans> spans) {
        this(settings, node, clock, spans.isResolvable() ? spans.get() : new NoSpans());
    }

    Traces(TraceSettings settings, NodeId node, Clock clock, Spans spans) {
        this.oneIn = settings.oneIn();
        this.node = node.value();
        this.clock = clock;
        this.spans = spans;
    }

    void start(@Observes Startup startup) {
        if (oneIn > 0) {
            LOG.log(Level.INFO, "of {0} commands one is followed", Integer.toString(oneIn));
        }
    }

    /** A command has come to a door; empty: it is not followed. */
    public Optional<Trace> begin(RoomId room, UserId user) {
        if (oneIn == 0 || (oneIn > 1 && ThreadLocalRandom.current().nextInt(oneIn) != 0)) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Spans.Whole whole = spans.begin(now);
        var trace = new Trace(whole.trace(), whole.span(), now, whole);
        tell("arrived", trace.id(), Map.of("room", room.value(), "user", user.value()));
        return Optional.of(trace);
    }

    /**
     * It stands in the log; before anybody is told.
     *
     * @param took the transaction, from its begin to durable
     * @return writes the line; for when all have their answers
     */
    public Runnable committed(Trace trace, RoomId room, long seq, Duration took) {
        Instant now = clock.instant();
        note(new Followed(room, seq, trace.id(), trace.span(), trace.whole().sampled(), now));
        return () -> tellCommitted(trace, room, seq, now.minus(took), now);
    }

    private void tellCommitted(Trace trace, RoomId room, long seq, Instant begun, Instant now) {
        var fields = fields(room, seq);
        fields.put("waited_ms", millis(trace.arrived(), begun));
        fields.put("commit_ms", millis(begun, now));
        tell("committed", trace.id(), fields);
        spans.add(trace.parent(), "confab.wait", trace.arrived(), begun, spanFields(fields(room, seq)));
        spans.add(trace.parent(), "confab.commit", begun, now, spanFields(fields(room, seq)));
    }

    /** It is over when the sender is told. @param with {@code ok} or the code of a refusal */
    public void answered(Trace trace, CompletionStage<String> with) {
        with.whenComplete((word, failure) -> answered(trace, failure == null ? word : "failed"));
    }

    private void answered(Trace trace, String with) {
        Instant now = clock.instant();
        tell("answered", trace.id(), Map.of("with", with, "after_ms", millis(trace.arrived(), now)));
        trace.whole().end(now, Map.of("confab.node", node, "confab.answer", with));
    }

    /** Those of a room's numbers {@code first…last} that are followed. */
    public List<Followed> of(RoomId room, long first, long last) {
        if (isBookEmpty()) {
            return List.of();
        }
        var found = new ArrayList<Followed>();
        for (long seq = first; seq <= last; seq++) {
            Followed event = book.getIfPresent(new Place(room, seq));
            if (event != null) {
                found.add(event);
            }
        }
        return found;
    }

    /** They were given to the broker. */
    public void published(List<Followed> events) {
        events.forEach(event -> step(event, "published", "confab.publish", fields(event.room(), event.seq())));
    }

    /** Another node's message brings events that are followed. @param header as {@link Followed#header} made it */
    public void received(String header) {
        for (Followed event : Followed.of(header, clock.instant())) {
            tell("received", event.trace(), fields(event.room(), event.seq()));
            note(event);
        }
    }

    /** They were queued for this node's sockets. */
    public void given(List<Followed> events, int sockets) {
        for (Followed event : events) {
            var fields = fields(event.room(), event.seq());
            fields.put("sockets", Integer.toString(sockets));
            step(event, "given", "confab.deliver", fields);
        }
    }

    private void step(Followed event, String stop, String span, Map<String, String> fields) {
        Instant now = clock.instant();
        spans.add(
                new Spans.Parent(event.trace(), event.span(), event.sampled()),
                span,
                event.since(),
                now,
                spanFields(fields));
        fields.put("after_ms", millis(event.since(), now));
        tell(stop, event.trace(), fields);
    }

    private void note(Followed event) {
        book.put(new Place(event.room(), event.seq()), event);
        bookEndsMillis.set(event.since().plus(KEPT_FOR).toEpochMilli());
    }

    /** The time is asked for only while something is followed or was a short while ago. */
    private boolean isBookEmpty() {
        long ends = bookEndsMillis.get();
        return ends == 0 || (clock.millis() > ends && bookEndsMillis.compareAndSet(ends, 0));
    }

    private void tell(String stop, String trace, Map<String, String> more) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("stop", stop);
        fields.put("trace_id", trace);
        fields.put("node", node);
        fields.putAll(more);
        var line = new StringBuilder();
        fields.forEach((name, value) ->
                line.append(line.isEmpty() ? "" : " ").append(name).append('=').append(value));
        LOG.log(Level.INFO, line.toString(), fields); // ids, numbers and codes: no braces that would mean the map
    }

    private static Map<String, String> fields(RoomId room, long seq) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("room", room.value());
        fields.put("seq", Long.toString(seq));
        return fields;
    }

    private Map<String, String> spanFields(Map<String, String> fields) {
        var named = new LinkedHashMap<String, String>();
        named.put("confab.node", node);
        fields.forEach((name, value) -> named.put("confab." + name, value));
        return named;
    }

    private static String millis(Instant from, Instant to) {
        return String.format(Locale.ROOT, "%.3f", Duration.between(from, to).toNanos() / 1e6);
    }
}
