package io.confab.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RealLog;
import io.confab.search.MessageSearch.Found;
import io.confab.search.MessageSearch.Hit;
import io.confab.search.MessageSearch.Query;
import io.confab.search.PostgresCandidates.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The same where all but the newest rows are found by the index of words, a few periods of time after the other. */
class SearchByPeriodsTest extends SearchContract {
    private static final int MESSAGES = 120;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Limits PATIENT = new Limits(2, LONG, LONG);
    private static final Limits IMPATIENT = new Limits(2, Duration.ZERO, LONG);
    /** What takes a millisecond may be given up: which it is differs from time to time. More are looked at first than stand at once. */
    private static final Limits HASTY = new Limits(40, LONG, Duration.ofMillis(1));

    private static final RoomId FAR = new RoomId("r_far");
    private static final UserId ONE = new UserId("u_1");
    private static final Query BOTH = new Query("left right", null, null, null, null);
    private static final Query OF_ONE = new Query("", ONE, FAR, null, null);
    private static final Query BOTH_OF_ONE = new Query("left right", ONE, null, null, null);

    private final Random random = new Random(1);

    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }

    @Override
    MessageSearch search(RealLog from) {
        return search(from, PATIENT);
    }

    private static MessageSearch search(RealLog from, Limits limits) {
        return new MessageSearch(
                from.database(), new Semaphore(1), new PostgresCandidates(from.database(), limits));
    }

    private record Said(long ts, long seq, boolean both) {}

    /** Over a hundred periods, thirty at once among them; every third holds both words. @return newest first */
    private List<Said> fill(RealLog log) {
        var all = new ArrayList<Said>();
        for (int i = 1; i <= MESSAGES; i++) {
            long span = Duration.ofDays(150).toMillis();
            long ts = 1_700_000_000_000L + (i <= 30 ? span / 2 : (long) (span * random.nextDouble()));
            String text = i % 3 == 0 ? "left right" : i % 3 == 1 ? "left" : "right";
            log.update(
                    "insert into room_event (room_id, seq, type, by_id, ts, body, detail) values ('r_far', ?, 'msg.new',"
                            + " 'u_1', ?, jsonb_build_object('type', 'text', 'text', cast(? as text)), '{}')",
                    i,
                    ts,
                    text);
            log.update(
                    "insert into message_text (room_id, ts, seq, by_id, is_public, words) values ('r_far', ?, ?, 'u_1',"
                            + " true, array_to_tsvector(string_to_array(cast(? as text), ' ')))",
                    ts,
                    i,
                    text + " @u_1 #r_far !public");
            all.add(new Said(ts, i, i % 3 == 0));
        }
        log.update("insert into room (id, epoch, head, kind, name, topic, mode, slow_ms, archived, members, last_ts,"
                + " created_at) values ('r_far', 'e', ?, 'public', 'far', '', 'open', 0, false, 0, 0, 0)", MESSAGES);
        all.sort(Comparator.comparing(Said::ts).thenComparing(Said::seq).reversed());
        return all;
    }

    @Test
    void pagesThatEndEarlyMissNothingAndGiveEachHitOnceInOrder() {
        try (var log = RealLog.open(url())) {
            List<Said> all = fill(log);
            List<Said> both = all.stream().filter(Said::both).toList();

            for (Limits limits : List.of(PATIENT, IMPATIENT, HASTY)) {
                MessageSearch patient = search(log, limits);
                assertThat(inPages(patient, BOTH)).as("both, %s", limits).containsExactlyElementsOf(numbers(both));
                assertThat(inPages(patient, OF_ONE)).as("of one, %s", limits).containsExactlyElementsOf(numbers(all));
                assertThat(inPages(patient, BOTH_OF_ONE)).as("both of one, %s", limits).containsExactlyElementsOf(numbers(both));
            }
        }
    }

    private static List<Long> numbers(List<Said> said) {
        return said.stream().map(Said::seq).toList();
    }

    private static List<Long> inPages(MessageSearch search, Query query) {
        var all = new ArrayList<Long>();
        @Nullable Place next = null;
        do {
            assertThat(all).hasSizeLessThanOrEqualTo(MESSAGES);
            Found page = search.page(query, Set.of(), next, 7).orElseThrow();
            page.hits().forEach(hit -> all.add(hit.seq()));
            next = page.next() == null
                    ? null
                    : Place.parse(page.next().toString()).orElseThrow();
        } while (next != null);
        return all;
    }

    @Test
    void aPageThatEndsEarlySaysDownToWhenAllWereLookedAt() {
        try (var log = RealLog.open(url())) {
            List<Said> all = fill(log);

            Found page = search(log, IMPATIENT).page(BOTH, Set.of(), null, 50).orElseThrow();

            assertThat(page.hits()).hasSizeLessThan(50);
            assertThat(page.next()).isNotNull();
            Instant until = Instant.ofEpochMilli(page.next().ts());
            assertThat(page.hits())
                    .extracting(Hit::seq)
                    .containsExactlyElementsOf(numbers(all.stream()
                            .filter(said -> said.both() && said.ts() >= until.toEpochMilli())
                            .toList()));
        }
    }
}
