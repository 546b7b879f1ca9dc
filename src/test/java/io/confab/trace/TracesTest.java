package io.confab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracesTest {
    private static final RoomId ROOM = new RoomId("r_1");
    private static final UserId ALICE = new UserId("u_alice");
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Logger LOGGER = Logger.getLogger("io.confab.trace");

    private final List<LogRecord> lines = new ArrayList<>();
    private final List<String> spans = new ArrayList<>();
    private Instant now = NOW;
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    };
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stop() {
        LOGGER.removeHandler(handler);
    }

    private Traces node(String name, int oneIn, Spans spans) {
        return new Traces(new TraceSettings(oneIn), new NodeId(name), clock, spans);
    }

    private Spans noted() {
        return noted(true);
    }

    /** Ids of {@link NoSpans}; notes what it is given. */
    private Spans noted(boolean sampled) {
        return new Spans() {
            @Override
            public Whole begin(Instant at) {
                Whole whole = new NoSpans().begin(at);
                return new Noted(whole.trace(), whole.span(), sampled);
            }

            @Override
            public void add(Parent parent, String name, Instant from, Instant to, Map<String, String> attributes) {
                if (parent.sampled()) {
                    spans.add(name + " " + parent.trace() + " " + parent.span() + " " + attributes.get("confab.node"));
                }
            }
        };
    }

    private record Noted(String trace, String span, boolean sampled) implements Spans.Whole {
        @Override
        public void end(Instant at, Map<String, String> attributes) {}
    }

    private List<String> stops(String trace) {
        return lines.stream()
                .map(LogRecord::getMessage)
                .filter(line -> line.contains(" trace_id=" + trace + " "))
                .map(line -> line.replaceFirst("stop=(\\w+) trace_id=\\w+ node=(\\w+) .*", "$1 $2"))
                .toList();
    }

    @Test
    void nothingIsFollowedUnlessItIsAskedFor() {
        Traces off = node("n1", 0, new NoSpans());

        assertThat(off.begin(ROOM, ALICE)).isEmpty();
        assertThat(off.of(ROOM, 1, 1_000)).isEmpty();
        assertThat(lines).isEmpty();
    }

    @Test
    void ofSoManyCommandsAboutOneIsFollowed() {
        Traces some = node("n1", 10, new NoSpans());

        long followed = IntStream.range(0, 10_000)
                .filter(i -> some.begin(ROOM, ALICE).isPresent())
                .count();

        assertThat(followed).isBetween(800L, 1_200L);
    }

    @Test
    void oneIdFollowsAMessageThroughAllItsStopsOnBothNodes() {
        Traces one = node("n1", 1, noted());
        Traces two = node("n2", 0, noted());

        Trace trace = one.begin(ROOM, ALICE).orElseThrow();
        Runnable tellCommitted = one.committed(trace, ROOM, 42, Duration.ofMillis(3));
        List<Followed> here = one.of(ROOM, 40, 43);
        tellCommitted.run();
        one.answered(trace, CompletableFuture.completedFuture("ok"));
        one.given(here, 2);
        one.published(here);
        two.received(Followed.header(here));
        two.given(two.of(ROOM, 42, 42), 5);

        assertThat(stops(trace.id()))
                .containsExactly(
                        "arrived n1",
                        "committed n1",
                        "answered n1",
                        "given n1",
                        "published n1",
                        "received n2",
                        "given n2");
        String under = " " + trace.id() + " " + trace.span() + " ";
        assertThat(spans)
                .containsExactly(
                        "confab.wait" + under + "n1",
                        "confab.commit" + under + "n1",
                        "confab.deliver" + under + "n1",
                        "confab.publish" + under + "n1",
                        "confab.deliver" + under + "n2");
        assertThat(lines.getLast().getMessage()).endsWith(" room=r_1 seq=42 sockets=5 after_ms=0.000");
    }

    @Test
    void whatASamplerLeavesOutHasNoSpansOnAnyNode() {
        Traces one = node("n1", 1, noted(false));
        Traces two = node("n2", 0, noted());

        Trace trace = one.begin(ROOM, ALICE).orElseThrow();
        one.committed(trace, ROOM, 42, Duration.ofMillis(3)).run();
        List<Followed> here = one.of(ROOM, 42, 42);
        one.published(here);
        two.received(Followed.header(here));
        two.given(two.of(ROOM, 42, 42), 5);

        assertThat(stops(trace.id()))
                .containsExactly("arrived n1", "committed n1", "published n1", "received n2", "given n2");
        assertThat(spans).isEmpty();
    }

    @Test
    void aCommandWhoseAnswerFailsIsOverToo() {
        Traces one = node("n1", 1, new NoSpans());
        Trace trace = one.begin(ROOM, ALICE).orElseThrow();

        one.answered(trace, CompletableFuture.failedFuture(new IllegalStateException("a fault")));

        assertThat(stops(trace.id())).containsExactly("arrived n1", "answered n1");
        assertThat(lines.getLast().getMessage()).contains(" with=failed");
    }

    @Test
    void nobodyLooksIntoTheBookOnceAllOfItIsOld() {
        Traces one = node("n1", 1, new NoSpans());
        Trace trace = one.begin(ROOM, ALICE).orElseThrow();
        one.committed(trace, ROOM, 42, Duration.ZERO).run();

        now = NOW.plusSeconds(60);
        assertThat(one.of(ROOM, 42, 42)).hasSize(1);
        now = NOW.plusSeconds(61);
        assertThat(one.of(ROOM, 42, 42)).isEmpty(); // though the book, by its own clock, has it still
        one.committed(trace, ROOM, 43, Duration.ZERO).run();

        assertThat(one.of(ROOM, 43, 43)).extracting(Followed::seq).containsExactly(43L);
    }

    @Test
    void theFieldsOfALineAreThereAsAMapToo() {
        Traces one = node("n1", 1, new NoSpans());

        one.begin(ROOM, ALICE);

        assertThat(lines.getLast().getParameters()[0])
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("stop", "arrived")
                .containsEntry("node", "n1")
                .containsEntry("room", "r_1")
                .containsEntry("user", "u_alice");
    }

    @Test
    void whatAnotherNodeSaysAndNobodyUnderstandsIsLeftOut() {
        Traces two = node("n2", 0, noted());
        String good = "r_1 7 00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";

        two.received("nonsense," + good + ",r_1 x 00-1-2-01,r_1 8 00-" + "A".repeat(32) + "-" + "b".repeat(16) + "-01");

        assertThat(two.of(ROOM, 1, 100)).extracting(Followed::seq).containsExactly(7L);
    }

    @Test
    void idsAreThoseOfTraceContext() {
        Spans.Whole whole = new NoSpans().begin(NOW);

        assertThat(whole.trace()).matches("[0-9a-f]{32}");
        assertThat(whole.span()).matches("[0-9a-f]{16}");
    }
}
