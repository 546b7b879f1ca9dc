package io.confab.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RealLog;
import io.confab.search.MessageSearch.Found;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the index of words finds on PostgreSQL, a few periods of time after the other, when the newest rows do not fill a page. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchByPeriodsTest {
    private static final int MESSAGES = 120;
    private static final int AT_ONCE = 30;
    private static final long BEGIN = 1_700_000_000_000L;
    private static final long SPAN = Duration.ofDays(60).toMillis(); // forty periods
    private static final RoomId FAR = new RoomId("r_far");
    private static final RoomId OWN = new RoomId("r_own");
    private static final UserId ONE = new UserId("u_1");
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Limits PATIENT = new Limits(2, LONG, LONG);
    private static final Limits IMPATIENT = new Limits(2, Duration.ZERO, LONG);
    /** A question that takes a millisecond may be given up: which it is differs from time to time. */
    private static final Limits HASTY = new Limits(AT_ONCE + 1, LONG, Duration.ofMillis(1));

    private final List<Said> all = new ArrayList<>(); // newest first
    private RealLog log;

    private record Said(long ts, RoomId room, long seq, UserId by, String text) {
        boolean has(String part) {
            return text.contains(part);
        }
    }

    private record Asked(Query query, Set<RoomId> opened, Predicate<Said> finds) {}

    private static Asked asked(String words, @Nullable UserId by, @Nullable RoomId room, Predicate<Said> finds) {
        return new Asked(new Query(words, by, room, null, null), room == null ? Set.of() : Set.of(room), finds);
    }

    private static final List<Asked> ASKED = List.of(
            asked("left right", null, null, said -> said.room().equals(FAR) && said.has("left right")),
            asked("lef* right", null, null, said -> said.room().equals(FAR) && said.has("left right")),
            asked(
                    "left",
                    ONE,
                    null,
                    said -> said.room().equals(FAR) && said.by().equals(ONE) && said.has("left")),
            asked("left", null, OWN, said -> said.room().equals(OWN) && said.has("left")),
            asked("", ONE, OWN, said -> said.room().equals(OWN) && said.by().equals(ONE)),
            asked("nowhere", null, null, said -> false),
            new Asked(new Query("right", null, null, null, null), Set.of(OWN), said -> said.has("right")),
            new Asked(
                    new Query("right", null, null, at(SPAN / 3), at(SPAN / 2)),
                    Set.of(),
                    said -> said.room().equals(FAR)
                            && said.has("right")
                            && said.ts() >= BEGIN + SPAN / 3
                            && said.ts() < BEGIN + SPAN / 2));

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(BEGIN + millis);
    }

    @BeforeAll
    void fill() {
        log = RealLog.open(PostgresServer.shared().freshDatabase());
        var random = new Random(1);
        for (RoomId room : List.of(FAR, OWN)) {
            log.update(
                    "insert into room (id, epoch, head, kind, name, topic, mode, slow_ms, archived, members, last_ts,"
                            + " created_at) values (?, 'e', ?, ?, 'a room', '', 'open', 0, false, 0, 0, 0)",
                    room.value(),
                    MESSAGES,
                    room.equals(FAR) ? "public" : "private");
        }
        for (int i = 1; i <= MESSAGES; i++) {
            long ts = BEGIN + (i <= AT_ONCE ? SPAN / 2 : (long) (SPAN * random.nextDouble()));
            String text = List.of("left right", "left", "right").get(i % 3);
            say(new Said(ts, i % 4 == 0 ? OWN : FAR, i, new UserId("u_" + i % 5), text));
        }
        all.sort(Comparator.comparingLong(Said::ts)
                .thenComparing(said -> said.room().value())
                .thenComparingLong(Said::seq)
                .reversed());
    }

    private void say(Said said) {
        all.add(said);
        log.update(
                "insert into room_event (room_id, seq, type, by_id, ts, body, detail) values (?, ?, 'msg.new', ?, ?,"
                        + " jsonb_build_object('type', 'text', 'text', cast(? as text)), '{}')",
                said.room().value(),
                said.seq(),
                said.by().value(),
                said.ts(),
                said.text());
        boolean open = said.room().equals(FAR);
        String words = said.text() + " " + IndexRows.person(said.by().value()) + " "
                + IndexRows.room(said.room().value()) + (open ? " " + IndexRows.anyPublicRoom() : "");
        log.update(
                "insert into message_text (room_id, ts, seq, by_id, is_public, words)"
                        + " values (?, ?, ?, ?, ?, array_to_tsvector(string_to_array(cast(? as text), ' ')))",
                said.room().value(),
                said.ts(),
                said.seq(),
                said.by().value(),
                open,
                words);
    }

    @AfterAll
    void close() {
        log.close();
    }

    private MessageSearch search(Limits limits) {
        return new MessageSearch(log.database(), new Semaphore(1), new PostgresCandidates(log.database(), limits));
    }

    private List<Long> expected(Predicate<Said> finds) {
        return all.stream().filter(finds).map(Said::seq).toList();
    }

    @Test
    void allIsFoundOnceNewestFirstHoweverEarlyPagesEnd() {
        for (Limits limits : List.of(PATIENT, IMPATIENT, HASTY)) {
            for (Asked asked : ASKED) {
                assertThat(inPages(search(limits), asked))
                        .as("%s, %s", asked.query(), limits)
                        .containsExactlyElementsOf(expected(asked.finds()));
            }
        }
    }

    private static List<Long> inPages(MessageSearch search, Asked asked) {
        var found = new ArrayList<Long>();
        @Nullable Place next = null;
        do {
            Found page = search.page(asked.query(), asked.opened(), next, 7).orElseThrow();
            page.hits().forEach(hit -> found.add(hit.seq()));
            next = page.next() == null
                    ? null
                    : Place.parse(page.next().toString()).orElseThrow();
            assertThat(found).as("no page is given again").hasSizeLessThanOrEqualTo(MESSAGES);
        } while (next != null);
        return found;
    }

    @Test
    void aPageThatEndsEarlySaysDownToWhenAllWereLookedAt() {
        Asked both = ASKED.getFirst();

        Found page =
                search(IMPATIENT).page(both.query(), both.opened(), null, 50).orElseThrow();

        assertThat(page.hits()).hasSizeLessThan(50);
        assertThat(page.next()).isNotNull();
        long until = page.next().ts();
        assertThat(page.hits())
                .extracting(MessageSearch.Hit::seq)
                .containsExactlyElementsOf(expected(both.finds().and(said -> said.ts() >= until)));
    }
}
