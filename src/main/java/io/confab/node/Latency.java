package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/**
 * How long things took, as counts between bounds, so that those of several nodes add up and their percentiles are true for
 * all of them together: {@code {"ms":[2,5],"n":[10,3,1]}}.
 *
 * @param boundMillis upper ones, rising
 * @param counts one more: the last took longer than all bounds
 */
public record Latency(List<Long> boundMillis, List<Long> counts) {
    private static final String NONE = "–";

    public Latency {
        boundMillis = List.copyOf(boundMillis);
        counts = List.copyOf(counts);
        if (counts.size() != boundMillis.size() + 1) {
            throw new IllegalArgumentException(counts.size() + " counts for " + boundMillis.size() + " bounds");
        }
    }

    static Latency of(long[] boundMillis, long[] counts) {
        return new Latency(
                LongStream.of(boundMillis).boxed().toList(),
                LongStream.of(counts).boxed().toList());
    }

    /** As another node wrote it; one that cannot be read counts nothing. */
    static Latency of(JsonNode json) {
        List<Long> bounds = numbers(json.path("ms"));
        List<Long> counts = numbers(json.path("n"));
        return counts.size() == bounds.size() + 1 ? new Latency(bounds, counts) : new Latency(List.of(), List.of(0L));
    }

    private static List<Long> numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asLong)
                .toList();
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        ArrayNode bounds = json.putArray("ms");
        boundMillis.forEach(bounds::add);
        ArrayNode each = json.putArray("n");
        counts.forEach(each::add);
        return json;
    }

    public long total() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** Both together. Of two versions with other bounds the one that counted more stands for both. */
    Latency plus(Latency other) {
        if (!boundMillis.equals(other.boundMillis)) {
            return total() > other.total() ? this : other;
        }
        return new Latency(
                boundMillis,
                IntStream.range(0, counts.size())
                        .mapToObj(i -> counts.get(i) + other.counts.get(i))
                        .toList());
    }

    /** What came since it stood so: of the same node, earlier. */
    Latency minus(Latency before) {
        return new Latency(
                boundMillis,
                IntStream.range(0, counts.size())
                        .mapToObj(i -> counts.get(i) - before.counts.get(i))
                        .toList());
    }

    /** What so many of a hundred took at most, as its bound says: {@code ≤ 10 ms}; a dash when there were none. */
    public String within(int percent) {
        if (total() == 0 || boundMillis.isEmpty()) {
            return NONE;
        }
        int bucket = bucket(percent);
        return bucket < boundMillis.size() ? "≤ " + text(boundMillis.get(bucket)) : "> " + text(boundMillis.getLast());
    }

    /** The same as a number, for a chart; 0 when there were none. */
    public long withinMillis(int percent) {
        return total() == 0 || boundMillis.isEmpty()
                ? 0
                : boundMillis.get(Math.min(bucket(percent), boundMillis.size() - 1));
    }

    private int bucket(int percent) {
        long enough = (total() * percent + 99) / 100;
        int bucket = 0;
        for (long so = counts.get(0); so < enough; so += counts.get(bucket)) {
            bucket++;
        }
        return bucket;
    }

    private static String text(long millis) {
        return millis >= 1000 && millis % 500 == 0
                ? (millis % 1000 == 0 ? millis / 1000 + " s" : millis / 1000 + ".5 s")
                : millis + " ms";
    }
}
