package io.confab.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Ids;
import io.confab.kernel.Load;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.log.RealLog;
import io.confab.log.RealLog.Person;
import io.confab.room.RoomKind;
import io.confab.search.MessageSearch.Hit;
import io.confab.search.MessageSearch.Query;
import io.confab.work.Leases;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The index behind a real log, and what is found in it. Each test has people, rooms and words of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SearchContract {
    private static final Set<RoomId> NONE = Set.of();
    private static final SearchSettings SETTINGS = new SearchSettings(Duration.ofMillis(50));

    private final SwitchedLoad load = new SwitchedLoad();
    private RealLog log;
    private MessageSearch search;
    private SearchMetrics metrics;
    private IndexFollower node;
    private Person ann;
    private Person ben;

    abstract String url();

    @BeforeAll
    void open() {
        log = RealLog.open(url());
        search = new MessageSearch(log.database());
        metrics = new SearchMetrics();
        node = node("n1", metrics);
        ann = log.person();
        ben = log.person();
    }

    @AfterAll
    void close() {
        log.close();
    }

    private IndexFollower node(String name, SearchMetrics counts) {
        var leases = new Leases(log.database(), new NodeId(name), new Ids());
        return new IndexFollower(
                new MessageIndex(log.database(), log.reader(), counts, Clock.systemUTC()),
                SETTINGS,
                counts,
                leases,
                load);
    }

    private RoomId room() {
        return log.room(RoomKind.PUBLIC, ann, ben);
    }

    /** As the writer tells it after a commit. */
    private void follow(RoomId room) {
        node.committed(room, "", List.of());
        node.round();
    }

    private List<Long> find(String words) {
        return numbers(new Query(words, null, null, null, null), NONE);
    }

    private List<Long> numbers(Query query, Set<RoomId> opened) {
        return search.page(query, opened, null, 50).orElseThrow().hits().stream()
                .map(Hit::seq)
                .toList();
    }

    private static Query in(RoomId room, String words) {
        return new Query(words, null, room, null, null);
    }

    @Test
    void messagesAreFoundByTheirWordsNewestFirst() {
        RoomId room = room();
        long first = log.post(ann, room, "Zebra crossing");
        log.post(ben, room, "no animals");
        long second = log.post(ben, room, "a zebra, and a lion");
        assertThat(find("zebra")).isEmpty();

        follow(room);

        assertThat(find("zebra")).containsExactly(second, first);
        assertThat(find("zeb*")).containsExactly(second, first);
        assertThat(find("zebra lion")).containsExactly(second);
        assertThat(find("\"zebra crossing\"")).containsExactly(first);
        assertThat(find("zebra tiger")).isEmpty();
        assertThat(find("zeb")).isEmpty();
    }

    @Test
    void aHitSaysWhoWhereWhenAndWhatWithTheWordsApart() {
        RoomId room = room();
        long seq = log.post(ben, room, "an okapi <b>here</b>");
        follow(room);

        Hit hit = search.page(new Query("okapi", null, null, null, null), NONE, null, 50)
                .orElseThrow()
                .hits()
                .getFirst();

        assertThat(hit.room()).isEqualTo(room);
        assertThat(hit.kind()).isEqualTo(RoomKind.PUBLIC);
        assertThat(hit.roomName()).isEqualTo("a room");
        assertThat(hit.seq()).isEqualTo(seq);
        assertThat(hit.by()).isEqualTo(ben.user());
        assertThat(hit.at().toEpochMilli())
                .isEqualTo(log.number("select ts from room_event where room_id = ? and seq = ?", room.value(), seq));
        assertThat(hit.editedAt()).isNull();
        assertThat(hit.pieces())
                .containsExactly(
                        new MessageSearch.Piece("an ", false),
                        new MessageSearch.Piece("okapi", true),
                        new MessageSearch.Piece(" <b>here</b>", false));
    }

    @Test
    void scriptsWithoutSpacesAndFromRightToLeftAreFound() {
        RoomId room = room();
        long tokyo = log.post(ann, room, "明日は東京都に行きます");
        long kyoto = log.post(ann, room, "京都も好きです");
        long arabic = log.post(ann, room, "مَرْحَبًا يا أَحمد");
        long korean = log.post(ann, room, "한국어를 배워요");
        long thai = log.post(ann, room, "ภาษาไทย");
        follow(room);

        assertThat(numbers(in(room, "東京"), NONE)).containsExactly(tokyo);
        assertThat(numbers(in(room, "京都"), NONE)).containsExactly(kyoto, tokyo);
        assertThat(numbers(in(room, "東京都"), NONE)).containsExactly(tokyo);
        assertThat(numbers(in(room, "都"), NONE)).containsExactly(kyoto, tokyo);
        assertThat(numbers(in(room, "す"), NONE)).containsExactly(kyoto, tokyo);
        assertThat(numbers(in(room, "مرحبا احمد"), NONE)).containsExactly(arabic);
        assertThat(numbers(in(room, "한국"), NONE)).containsExactly(korean);
        assertThat(numbers(in(room, "ไทย"), NONE)).containsExactly(thai);
    }

    @Test
    void anEditedMessageIsFoundByItsLastTextAlone() {
        RoomId room = room();
        long seq = log.post(ann, room, "aardvark");
        follow(room);
        log.edit(ann, room, seq, "pangolin");
        assertThat(find("aardvark")).isEmpty(); // at once, though the index still has it

        follow(room);
        log.edit(ann, room, seq, "armadillo");
        follow(room);

        assertThat(find("aardvark")).isEmpty();
        assertThat(find("pangolin")).isEmpty();
        assertThat(find("armadillo")).containsExactly(seq);
        assertThat(rowsOf(room)).isEqualTo(1);
    }

    @Test
    void ofADeletedMessageNothingIsFoundAtOnceAndNoWordIsLeftSoon() {
        RoomId room = room();
        long seq = log.post(ann, room, "alpha quokka");
        follow(room);
        log.edit(ann, room, seq, "beta quokka");
        follow(room);
        log.delete(ann, room, seq);
        for (String word : List.of("alpha", "beta", "quokka")) {
            assertThat(numbers(in(room, word), NONE)).isEmpty();
        }

        follow(room);

        assertThat(rowsOf(room)).isZero();
        assertThat(wordsOf(room)).isZero();
    }

    @Test
    void whatModeratorsHideIsNotFoundUntilItComesBackAndWhatTheyDeleteTogetherNeverAgain() {
        RoomId room = room();
        Person moderator = log.moderator();
        long hidden = log.post(ann, room, "ibex one");
        long kept = log.post(ann, room, "ibex two");
        long third = log.post(ben, room, "ibex three");
        follow(room);
        log.hide(moderator, room, hidden);
        assertThat(find("ibex")).containsExactly(third, kept); // at once
        follow(room);
        assertThat(rowsOf(room)).isEqualTo(2);

        log.bringBack(moderator, room, hidden);
        follow(room);
        assertThat(find("ibex")).containsExactly(third, kept, hidden);
        log.deleteAll(moderator, room, List.of(hidden, third));
        assertThat(find("ibex")).containsExactly(kept);
        follow(room);

        assertThat(rowsOf(room)).isEqualTo(1);
        assertThat(find("ibex")).containsExactly(kept);
    }

    private long rowsOf(RoomId room) {
        return log.number("select count(*) from message_text where room_id = ?", room.value());
    }

    private long wordsOf(RoomId room) {
        return log.database().isPostgres()
                ? rowsOf(room)
                : log.number("select count(*) from message_word where room_id = ?", room.value());
    }

    @Test
    void whatWasPostedEditedAndDeletedBeforeAnybodyLookedIsAsItStands() {
        RoomId room = room();
        long gone = log.post(ann, room, "wombat one");
        long edited = log.post(ann, room, "wombat two");
        log.edit(ann, room, edited, "dingo two");
        log.delete(ann, room, gone);

        follow(room);

        assertThat(find("wombat")).isEmpty();
        assertThat(find("dingo")).containsExactly(edited);
        assertThat(rowsOf(room)).isEqualTo(1);
    }

    @Test
    void personRoomAndTimeNarrowWhatIsFound() {
        RoomId here = room();
        RoomId there = room();
        long one = log.post(ann, here, "gecko one");
        long two = log.post(ben, here, "gecko two");
        long three = log.post(ben, there, "gecko three");
        follow(here);
        follow(there);
        at(here, one, 1_000_000);
        at(here, two, 2_000_000);
        at(there, three, 3_000_000);

        assertThat(find("gecko")).containsExactly(three, two, one);
        assertThat(numbers(new Query("gecko", ben.user(), null, null, null), NONE))
                .containsExactly(three, two);
        assertThat(numbers(new Query("gecko", ben.user(), here, null, null), NONE))
                .containsExactly(two);
        assertThat(numbers(new Query("", ben.user(), here, null, null), NONE)).containsExactly(two);
        assertThat(numbers(in(there, "gecko"), NONE)).containsExactly(three);
        assertThat(numbers(in(there, ""), NONE)).containsExactly(three);
        assertThat(numbers(new Query("gecko", null, null, instant(2_000_000), instant(3_000_000)), NONE))
                .containsExactly(two);
        assertThat(numbers(new Query("gecko", null, null, null, instant(2_000_000)), NONE))
                .containsExactly(one);
    }

    private static Instant instant(long millis) {
        return Instant.ofEpochMilli(millis);
    }

    private void at(RoomId room, long seq, long ts) {
        for (String table : List.of("room_event", "message_text")) {
            log.update("update " + table + " set ts = ? where room_id = ? and seq = ?", ts, room.value(), seq);
        }
        if (!log.database().isPostgres()) {
            log.update("update message_word set ts = ? where room_id = ? and seq = ?", ts, room.value(), seq);
        }
    }

    @Test
    void privateRoomsAndConversationsAreFoundOnlyByWhoHasOpenedThem() {
        RoomId open = room();
        RoomId closed = log.room(RoomKind.PRIVATE, ann, ben);
        RoomId direct = log.room(RoomKind.DIRECT, ann, log.person());
        long said = log.post(ann, open, "ocelot");
        long secret = log.post(ann, closed, "ocelot ocelot");
        long whispered = log.post(ann, direct, "ocelot ocelot ocelot");
        List.of(open, closed, direct).forEach(this::follow);
        var byAnn = new Query("ocelot", ann.user(), null, null, null);

        assertThat(find("ocelot")).containsExactly(said);
        assertThat(numbers(byAnn, NONE)).containsExactly(said);
        assertThat(numbers(in(closed, "ocelot"), NONE)).isEmpty();
        assertThat(numbers(in(direct, ""), Set.of(closed))).isEmpty();
        assertThat(numbers(byAnn, Set.of(closed))).containsExactly(secret, said);
        assertThat(numbers(in(direct, "ocelot"), Set.of(direct))).containsExactly(whispered);
        assertThat(numbers(in(new RoomId("r_nowhere"), "ocelot"), NONE)).isEmpty();
    }

    @Test
    void pagesGoOnWhereTheyEndedAndGiveEachHitOnce() {
        RoomId room = room();
        var all = new ArrayList<Long>();
        for (int i = 0; i < 25; i++) {
            all.addFirst(log.post(ann, room, "lemur " + i));
        }
        follow(room);
        log.update("update room_event set ts = 5 where room_id = ? and seq > 10", room.value()); // many in one moment
        log.update("update message_text set ts = 5 where room_id = ? and seq > 10", room.value());
        if (!log.database().isPostgres()) {
            log.update("update message_word set ts = 5 where room_id = ? and seq > 10", room.value());
        }

        var seen = new ArrayList<Long>();
        @Nullable Place next = null;
        int pages = 0;
        do {
            var page = search.page(new Query("lemur", null, null, null, null), NONE, next, 7)
                    .orElseThrow();
            page.hits().forEach(hit -> seen.add(hit.seq()));
            next = page.next() == null
                    ? null
                    : Place.parse(page.next().toString()).orElseThrow();
            pages++;
        } while (next != null);

        assertThat(seen).containsExactlyInAnyOrderElementsOf(all).doesNotHaveDuplicates();
        assertThat(pages).isEqualTo(4);
    }

    @Test
    void aPlaceBehindTheEndOfTheTimeThatIsAskedForShowsNothingBehindIt() {
        RoomId room = room();
        long old = log.post(ann, room, "tapir one");
        log.post(ann, room, "tapir two");
        follow(room);
        log.update("update message_text set ts = 5 where room_id = ? and seq = ?", room.value(), old);
        if (!log.database().isPostgres()) {
            log.update("update message_word set ts = 5 where room_id = ? and seq = ?", room.value(), old);
        }
        var query = new Query("tapir", null, null, null, Instant.ofEpochMilli(10));
        var later = new Place(Long.MAX_VALUE, Place.FIRST_ROOM, 0);

        var page = search.page(query, NONE, later, 7).orElseThrow();

        assertThat(page.hits()).extracting(MessageSearch.Hit::seq).containsExactly(old);
    }

    @Test
    void whenTheIndexIsFarBehindThePagesStillComeToWhatMatches() {
        RoomId room = room();
        long first = log.post(ann, room, "numbat zero");
        var changed = new ArrayList<Long>();
        for (int i = 0; i < 30; i++) {
            changed.add(log.post(ann, room, "numbat " + i));
        }
        follow(room);
        changed.forEach(seq -> log.edit(ann, room, seq, "something else"));

        var found = new ArrayList<Long>();
        @Nullable Place next = null;
        do {
            var page = search.page(new Query("numbat", null, null, null, null), NONE, next, 3)
                    .orElseThrow();
            page.hits().forEach(hit -> found.add(hit.seq()));
            next = page.next();
        } while (next != null);

        assertThat(found).containsExactly(first);
    }

    @Test
    void searchesAtOnceHaveABoundAndEachGivesItsPlaceBackHoweverItEnds() {
        var places = new Semaphore(1);
        var bounded = new MessageSearch(log.database(), places);
        RoomId room = room();
        long seq = log.post(ann, room, "quokka");
        follow(room);
        Query query = in(room, "quokka");

        for (int i = 0; i < 3; i++) {
            assertThat(bounded.page(query, NONE, null, 5).orElseThrow().hits())
                    .extracting(Hit::seq)
                    .containsExactly(seq);
        }
        Query broken = new Query("quokka", null, null, Instant.MAX, null); // no number that a row could hold
        assertThatThrownBy(() -> bounded.page(broken, NONE, null, 5)).isInstanceOf(ArithmeticException.class);
        assertThat(places.tryAcquire()).isTrue(); // somebody else is at it
        assertThat(bounded.page(query, NONE, null, 5)).isEmpty();
        places.release();
        assertThat(bounded.page(query, NONE, null, 5)).isPresent();
    }

    @Test
    void whatAKilledNodeHadCommittedAndNotTakenInIsFoundByTheNextThatHoldsTheLease() {
        RoomId room = room();
        long seq = log.post(ann, room, "tapir");
        log.update("update lease set holder = 'dead', until_at = 0");

        node("n2", new SearchMetrics()).round(); // has heard of nothing

        assertThat(find("tapir")).containsExactly(seq);
        log.update("update lease set until_at = 0");
    }

    @Test
    void anIndexThatWasEmptiedComesBack() {
        RoomId room = room();
        long seq = log.post(ann, room, "kiwi");
        log.post(ann, room, "x", MessageIndex.MOST_EVENTS + 10);
        follow(room);
        for (String table : List.of("message_text", "message_cursor", "message_word")) {
            if (!table.equals("message_word") || !log.database().isPostgres()) {
                log.update("delete from " + table);
            }
        }
        assertThat(find("kiwi")).isEmpty();

        log.update("update lease set until_at = 0");
        var counts = new SearchMetrics();
        var again = node("n3", counts);
        do {
            again.round();
        } while (counts.behindCount() > 0);

        assertThat(find("kiwi")).containsExactly(seq);
        assertThat(counts.sweepAgeSeconds()).isPositive();
        log.update("update lease set until_at = 0");
    }

    @Test
    void twoNodesThatTakeInTheSameRoomAtOnceTakeItInOnce() throws Exception {
        RoomId room = room();
        int messages = 40;
        var one = node("n4", new SearchMetrics());
        var two = node("n5", new SearchMetrics());
        try (var threads = Executors.newFixedThreadPool(3)) {
            Future<?> posting = threads.submit(() -> {
                for (int i = 0; i < messages; i++) {
                    long seq = log.post(ann, room, "ibis " + i);
                    log.edit(ann, room, seq, "ibis again " + i);
                }
            });
            Callable<Void> following = () -> {
                do {
                    for (IndexFollower each : List.of(one, two)) {
                        each.committed(room, "", List.of());
                    }
                    one.round();
                } while (!posting.isDone());
                return null;
            };
            Callable<Void> followingToo = () -> {
                do {
                    two.round();
                } while (!posting.isDone());
                return null;
            };
            for (Future<Void> end : List.of(threads.submit(following), threads.submit(followingToo))) {
                end.get();
            }
        }

        follow(room);

        assertThat(rowsOf(room)).isEqualTo(messages);
        assertThat(find("again ibis")).hasSize(messages);
        assertThat(log.number("select seq from message_cursor where room_id = ?", room.value()))
                .isEqualTo(log.number("select head from room where id = ?", room.value()));
    }

    @Test
    void aNodeThatHasTooMuchToDoLeavesTheIndexAndCatchesUp() {
        RoomId room = room();
        long seq = log.post(ann, room, "puffin");
        load.high = true;

        follow(room);
        assertThat(find("puffin")).isEmpty();
        load.high = false;
        node.round();

        assertThat(find("puffin")).containsExactly(seq);
    }

    /** Gives up all or nothing. */
    private static final class SwitchedLoad implements Load {
        boolean high;

        @Override
        public boolean givesUp(Kind kind) {
            return high;
        }

        @Override
        public boolean sheds(Kind kind) {
            return high;
        }

        @Override
        public Duration retryAfter() {
            return Duration.ZERO;
        }
    }

    @Test
    void aRoomThatCannotBeReadHoldsUpNoOther() {
        RoomId bad = room();
        RoomId good = room();
        log.post(ann, bad, "heron");
        long seq = log.post(ann, good, "heron");
        log.update("update room_event set detail = '{}' where room_id = ? and seq = 1", bad.value());
        long before = metrics.unreadableCount();

        follow(bad);
        follow(good);

        assertThat(find("heron")).containsExactly(seq);
        assertThat(metrics.unreadableCount()).isGreaterThan(before);
        log.update(
                "update room_event set detail = '{\"kind\":\"public\",\"name\":\"a room\"}' where room_id = ? and seq = 1",
                bad.value());
    }

    @Test
    void whatOnlyANewerVersionKnowsIsLeftToItForAMinute() {
        RoomId room = room();
        long first = log.post(ann, room, "marmot");
        long unknown = first + 1;
        log.update(
                "insert into room_event (room_id, seq, type, by_id, ts, detail) values (?, ?, 'msgs.returned', 'u_1', ?, '{}')",
                room.value(),
                unknown,
                System.currentTimeMillis());
        log.update("update room set head = head + 1 where id = ?", room.value());
        long second = log.post(ann, room, "marmot again");

        follow(room);
        assertThat(log.number("select seq from message_cursor where room_id = ?", room.value()))
                .isEqualTo(first);
        assertThat(find("marmot")).containsExactly(first);
        log.update("update room_event set ts = ts - 61000 where room_id = ? and seq = ?", room.value(), unknown);
        follow(room);

        assertThat(find("marmot")).containsExactly(second, first);
    }

    @Test
    void onlyWhatCanBeAnsweredIsAQuestion() {
        assertThat(new Query("", null, null, instant(0), null).problem()).isPresent();
        assertThat(new Query("...", null, room(), null, null).problem()).isPresent();
        assertThat(new Query("x".repeat(201), null, null, null, null).problem()).isPresent();
        assertThat(new Query("x", null, null, null, null).problem()).isEmpty();
        assertThat(new Query(" ", ann.user(), null, null, null).problem()).isEmpty();
    }

    @Test
    void wordsAreTakenAsTheyAreAndNotAsALanguageOfTheDatabase() {
        RoomId room = room();
        long seq = log.post(ann, room, "a%b_c & d | !e:* (f)");
        follow(room);

        assertThat(numbers(in(room, "a%b_c"), NONE)).containsExactly(seq);
        assertThat(numbers(in(room, "d | e"), NONE)).containsExactly(seq);
        for (String odd : List.of("x%", "!public", "'public'", "#" + room.value(), "\\", "e:x", "_*", "%*")) {
            assertThat(numbers(in(room, odd), NONE)).as(odd).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(numbers(in(room, "publi*"), NONE)).isEmpty();
    }
}
