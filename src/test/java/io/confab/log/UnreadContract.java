package io.confab.log;

import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Configuration;
import io.confab.kernel.Daemon;
import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.SanctionKind;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What counts as unread, what mentions, and where a read marker may stand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UnreadContract {
    private String url = "";
    DatabaseFixture node;
    Person alice;
    Person bob;
    RoomId room;

    abstract String url();

    @BeforeAll
    void openNode() {
        url = url();
        node = DatabaseFixture.open(url, Map.of("confab.db.lock-timeout", "10s"), UnaryOperator.identity());
    }

    @BeforeEach
    void begin() {
        alice = node.person("alice");
        bob = node.person("bob");
        room = node.room(alice, RoomKind.PUBLIC, bob);
    }

    @AfterAll
    void closeNode() {
        node.close();
    }

    private Unread.Counts counts(Person person) {
        var asked = new Unread.Asked(person.user(), room, 0);
        return node.unread.of(List.of(asked)).getOrDefault(asked, new Unread.Counts("", 0, 0, -1, -1));
    }

    private void shows(Person person, int unread, int mentions) {
        assertThat(counts(person))
                .extracting(Unread.Counts::unread, Unread.Counts::mentions)
                .containsExactly(unread, mentions);
    }

    private ReadMarkers.Marker reads(Person person, long seq) {
        return answer(node.markers.read(person.user(), room, seq));
    }

    private long storedMarker(Person person) {
        return node.number(
                "select coalesce(max(seq), 0) from read_marker where user_id = ? and room_id = ?",
                person.user().value(),
                room.value());
    }

    @Test
    void onlyStandingMessagesOfOthersCount() {
        node.posts(alice, room, "one");
        var carol = node.person("carol");
        node.succeeds(carol, room, new RoomCommand.JoinRoom());
        long two = node.posts(alice, room, "two").seq();
        node.succeeds(alice, room, new RoomCommand.EditMessage(two, text("two, mended")));
        node.succeeds(alice, room, new RoomCommand.UpdateRoom("new name", null, null, null));
        node.succeeds(alice, room, new RoomCommand.SetRole(carol.user(), RoomRole.MODERATOR));
        node.succeeds(carol, room, new RoomCommand.LeaveRoom());

        shows(bob, 2, 0);
        shows(alice, 0, 0);
        assertThat(counts(bob).head()).isEqualTo(10);
    }

    @Test
    void aDeletedMessageCountsNoMoreNorDoesItsMention() {
        node.posts(alice, room, "one");
        long two = node.posts(alice, room, "two").seq();
        node.posts(alice, room, "three @" + bob.username());
        long four = node.posts(alice, room, "four @" + bob.username()).seq();
        node.posts(alice, room, "five");
        shows(bob, 5, 2);

        node.succeeds(alice, room, new RoomCommand.DeleteMessage(two, null));
        node.succeeds(alice, room, new RoomCommand.DeleteMessage(four, null));

        shows(bob, 3, 1);
    }

    @Test
    void ofManyDeletedAtOnceNoneCountsNorItsMention() {
        node.posts(alice, room, "one");
        long two = node.posts(alice, room, "two").seq();
        node.posts(alice, room, "three @" + bob.username());
        long four = node.posts(alice, room, "four @" + bob.username()).seq();
        node.posts(alice, room, "five");

        node.succeeds(alice, room, new RoomCommand.RemoveMessages(List.of(two, four), null));
        shows(bob, 3, 1);
        node.succeeds(alice, room, new RoomCommand.RemoveMessages(List.of(two, four), null));

        shows(bob, 3, 1);
    }

    @Test
    void whatIsHiddenCountsNoMoreAndWhatComesBackCountsAsBefore() {
        long one = node.posts(alice, room, "@" + bob.username() + " @" + alice.username())
                .seq();
        node.posts(alice, room, "two");

        node.succeeds(alice, room, new RoomCommand.HideMessage(one, null));
        shows(bob, 1, 0);
        node.succeeds(alice, room, new RoomCommand.RestoreMessage(one));

        shows(bob, 2, 1);
        shows(alice, 0, 0);
    }

    @Test
    void anEditTakesAMentionBackOrMakesOne() {
        long with = node.posts(alice, room, "@" + bob.username()).seq();
        long without = node.posts(alice, room, "hello").seq();
        shows(bob, 2, 1);

        node.succeeds(alice, room, new RoomCommand.EditMessage(with, text("nobody")));
        shows(bob, 2, 0);
        node.succeeds(alice, room, new RoomCommand.EditMessage(without, text("hello @" + bob.username())));

        shows(bob, 2, 1);
    }

    @Test
    void ofMentionsOfOneselfNoneCounts() {
        node.posts(bob, room, "note to @" + bob.username());

        shows(bob, 0, 0);
    }

    @Test
    void theOwnMessageIsReadAtOnceAndAllBeforeIt() {
        node.posts(alice, room, "one");
        long mine = node.posts(bob, room, "two").seq();

        shows(bob, 0, 0); // before the marker is stored, too
        node.posts(alice, room, "three");

        shows(bob, 1, 0);
        await().untilAsserted(() -> assertThat(storedMarker(bob)).isEqualTo(mine));
    }

    /** A node that stops writes what waits beside a round that has not ended. */
    @Test
    void whatTwoRoundsWriteAtOnceIsKnownUntilEachHasWrittenIt() throws Exception {
        long one = node.posts(alice, room, "one").seq();
        long two = node.posts(alice, room, "two").seq();
        var people = Stream.of(bob, node.person("carol"))
                .sorted(Comparator.comparing(person -> person.user().value()))
                .toList(); // rows are locked in this order
        Person lower = people.get(0);
        Person higher = people.get(1);
        Person dave = node.person("dave");
        reads(lower, 1);
        reads(higher, 1);
        var key = new MemberKey(room, higher.user());
        var markers = twoMayWait();
        Thread second = Daemon.named("second").newThread(markers::stop);
        try (Connection lowers = held(lower);
                Connection highers = held(higher)) {
            var first = markers.read(higher.user(), room, one);
            markers.read(dave.user(), room, one);
            Daemon.named("first").newThread(markers::stop).start();
            await().until(() -> isTaken(markers, lower, two));
            markers.read(higher.user(), room, two);
            second.start();
            await().until(() -> isTaken(markers, dave, two));

            highers.rollback();
            assertThat(answer(first).seq()).isEqualTo(one);
            assertThat(markers.waitingFor(key)).isEqualTo(two);
            lowers.rollback();
        }
        second.join();
        assertThat(storedMarker(higher)).isEqualTo(two);
        assertThat(markers.waitingFor(key)).isZero();
    }

    /** Markers whose rounds the test makes itself. */
    private DatabaseReadMarkers twoMayWait() {
        var values = Map.of("confab.log.read-markers-pending", "2");
        return new DatabaseReadMarkers(
                node.database, LogSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key)))));
    }

    /** A third is refused until a round has begun with the two that waited. */
    private boolean isTaken(DatabaseReadMarkers markers, Person third, long seq) {
        return !markers.read(third.user(), room, seq).toCompletableFuture().isCompletedExceptionally();
    }

    private Connection held(Person person) throws SQLException {
        Connection jdbc = node.database.readers().getConnection();
        jdbc.setAutoCommit(false);
        try (var statement = jdbc.prepareStatement("update read_marker set seq = seq + 1 where user_id = ?")) {
            statement.setString(1, person.user().value());
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
        return jdbc;
    }

    /** Else their other devices would never hear of it. */
    @Test
    void whoWasRefusedAndAsksAgainIsToldThatTheMarkerMovedThoughItWasStoredMeanwhile() throws Exception {
        long one = node.posts(alice, room, "one").seq();
        long two = node.posts(alice, room, "two").seq();
        reads(bob, one);
        try (var impatient = database("confab.db.lock-timeout", "100ms")) {
            var markers = new DatabaseReadMarkers(impatient.database(), node.settings);
            try (Connection held = held(bob)) {
                var refused = markers.read(bob.user(), room, two);
                markers.stop();
                assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
                held.rollback();
            }
            markers.stop();
            assertThat(storedMarker(bob)).isEqualTo(two);

            var again = markers.read(bob.user(), room, two);
            markers.stop();
            var onceMore = markers.read(bob.user(), room, two);
            markers.stop();

            assertThat(answer(again)).isEqualTo(new ReadMarkers.Marker(two, true));
            assertThat(answer(onceMore)).isEqualTo(new ReadMarkers.Marker(two, false));
        }
    }

    /** The same database seen by another node. */
    private OpenDatabase database(String setting, String value) {
        var values = Map.of("confab.db.url", url, setting, value);
        return new OpenDatabase(
                new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key))))));
    }

    private record OpenDatabase(Database database) implements AutoCloseable {
        @Override
        public void close() {
            database.close();
        }
    }

    @Test
    void aMarkerNeverGoesBack() {
        long one = node.posts(alice, room, "one").seq();
        long two = node.posts(alice, room, "two").seq();
        reads(bob, two);

        reads(bob, one);

        assertThat(storedMarker(bob)).isEqualTo(two);
        shows(bob, 0, 0);
    }

    @Test
    void aMarkerNeverStandsBeyondTheHead() {
        long head = node.posts(alice, room, "one").seq();

        reads(bob, head + 1_000);
        node.posts(alice, room, "two");

        assertThat(storedMarker(bob)).isEqualTo(head);
        shows(bob, 1, 0);
    }

    @Test
    void fromItsAnswerOnAMarkerCountsAsItStands() {
        long head = node.posts(alice, room, "one").seq();

        var unread = node.markers.read(bob.user(), room, head + 1_000).thenApply(answered -> {
            node.posts(alice, room, "two");
            return counts(bob).unread();
        });

        assertThat(answer(unread)).isEqualTo(1);
    }

    @Test
    void aMarkerThatIsTakenCountsBeforeItIsStored() {
        long one = node.posts(alice, room, "one").seq();

        var stored = node.markers.read(bob.user(), room, one);

        assertThat(counts(bob).read()).isGreaterThanOrEqualTo(one);
        shows(bob, 0, 0);
        answer(stored);
    }

    @Test
    void aReadThatWouldGoBackIsAnsweredWithTheMarkerAsItStands() {
        long one = node.posts(alice, room, "one").seq();
        long two = node.posts(alice, room, "two").seq();

        assertThat(reads(bob, two)).isEqualTo(new ReadMarkers.Marker(two, true));
        assertThat(reads(bob, one)).isEqualTo(new ReadMarkers.Marker(two, false));
        assertThat(reads(bob, two)).isEqualTo(new ReadMarkers.Marker(two, false));
        assertThat(storedMarker(bob)).isEqualTo(two);
    }

    @Test
    void aReadOfWhatWasBeforeTheJoinDoesNotMoveTheMarker() {
        node.posts(alice, room, "one");
        var carol = node.person("carol");
        long joined = node.succeeds(carol, room, new RoomCommand.JoinRoom()).seq();

        assertThat(reads(carol, joined - 1)).isEqualTo(new ReadMarkers.Marker(joined, false));
    }

    @Test
    void aMarkerInTheMiddleLeavesTheRest() {
        long one = node.posts(alice, room, "one").seq();
        node.posts(alice, room, "two @" + bob.username());
        node.posts(alice, room, "three");

        reads(bob, one);

        shows(bob, 2, 1);
        assertThat(counts(bob).read()).isEqualTo(one);
    }

    @Test
    void whatIsKnownOfAMarkerElsewhereCounts() {
        node.posts(alice, room, "one");
        long two = node.posts(alice, room, "two").seq();
        var asked = new Unread.Asked(bob.user(), room, two);

        assertThat(node.unread.of(List.of(asked)))
                .hasEntrySatisfying(asked, counts -> assertThat(counts.unread()).isZero());
    }

    /** It may be of an epoch whose last numbers are lost: those given out anew have not been read. */
    @Test
    void whatIsKnownOfAMarkerCountsUpToTheHead() {
        long head = node.posts(alice, room, "one").seq();
        var asked = new Unread.Asked(bob.user(), room, head + 60);

        assertThat(node.unread.of(List.of(asked)))
                .hasEntrySatisfying(asked, counts -> assertThat(counts.read()).isEqualTo(head));
    }

    @Test
    void whoJoinsHasNothingToRead() {
        node.posts(alice, room, "long ago");
        var carol = node.person("carol");
        node.succeeds(carol, room, new RoomCommand.JoinRoom());
        node.posts(alice, room, "welcome");

        shows(carol, 1, 0);
    }

    @Test
    void whoComesBackHasNothingToReadOfTheTimeBetween() {
        node.posts(alice, room, "one");
        node.succeeds(bob, room, new RoomCommand.LeaveRoom());
        node.posts(alice, room, "while bob was away, @" + bob.username());
        node.succeeds(bob, room, new RoomCommand.JoinRoom());

        shows(bob, 0, 0);
    }

    @Test
    void whoLeftOrIsBannedHasNoCounts() {
        var carol = node.person("carol");
        node.succeeds(carol, room, new RoomCommand.JoinRoom());
        node.succeeds(bob, room, new RoomCommand.LeaveRoom());
        node.succeeds(alice, room, new RoomCommand.SetSanction(carol.user(), SanctionKind.BAN, null, null));
        node.posts(alice, room, "among ourselves");

        shows(bob, -1, -1);
        shows(carol, -1, -1);
        assertThat(node.unread.rooms(List.of(alice.user(), bob.user(), carol.user()), 10))
                .containsOnlyKeys(alice.user())
                .containsEntry(alice.user(), Set.of(room));
    }

    @Test
    void roomsOfOnePersonAreBounded() {
        for (int i = 0; i < 4; i++) {
            node.room(alice, RoomKind.PRIVATE);
        }

        assertThat(node.unread.rooms(List.of(alice.user()), 3).get(alice.user()))
                .hasSize(3);
    }

    @Test
    void countingStopsAtAHundred() {
        for (int i = 0; i < 103; i++) {
            node.submits(alice, room, post("@" + bob.username()), null);
        }
        node.posts(alice, room, "the last");

        shows(bob, Unread.LIMIT, Unread.LIMIT);
    }

    @Test
    void countsOfManyComeTogether() {
        var other = node.room(alice, RoomKind.PRIVATE, bob);
        node.posts(alice, room, "one");
        node.posts(alice, other, "two @" + bob.username());
        node.posts(bob, room, "three");

        var here = new Unread.Asked(alice.user(), room, 0);
        var there = new Unread.Asked(bob.user(), other, 0);
        var nowhere = new Unread.Asked(bob.user(), new RoomId("r_none"), 0);

        assertThat(node.unread.of(List.of(here, there, nowhere)))
                .containsOnlyKeys(here, there)
                .satisfies(found -> {
                    assertThat(found.get(here).unread()).isEqualTo(1);
                    assertThat(found.get(there).mentions()).isEqualTo(1);
                });
    }

    @Test
    void aRoomThatWasFrozenMeanwhileCountsAsBefore() {
        node.posts(alice, room, "one");
        node.succeeds(alice, room, new RoomCommand.UpdateRoom(null, null, RoomMode.FROZEN, null));

        shows(bob, 1, 0);
    }
}
