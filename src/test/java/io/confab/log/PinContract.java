package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.directory.History;
import io.confab.directory.Pins;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomCommand;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomCommand.HideMessage;
import io.confab.room.RoomCommand.PinMessage;
import io.confab.room.RoomCommand.RemoveMessages;
import io.confab.room.RoomCommand.RestoreMessage;
import io.confab.room.RoomCommand.UnpinMessage;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is pinned, in the tables of a real database and as readers are given it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PinContract {
    DatabaseFixture node;
    Pins pins;
    Person alice;
    Person bob;
    RoomId room;

    abstract String url();

    @BeforeAll
    void openNode() {
        node = DatabaseFixture.open(url());
        pins = new Pins(node.database, new History(node.database));
    }

    @BeforeEach
    void begin() {
        alice = node.person("alice");
        bob = node.person("bob");
        room = node.room(alice, RoomKind.PRIVATE, bob);
    }

    @AfterAll
    void closeNode() {
        node.close();
    }

    private long posts(String text) {
        return node.posts(bob, room, text).seq();
    }

    private long pins(long seq) {
        return node.succeeds(alice, room, new PinMessage(seq)).seq();
    }

    /** As readers are given them, and as the table has them: number of the message and of the event that pinned it. */
    private Map<Long, Long> pinned() {
        var given = new HashMap<Long, Long>();
        pins.of(room).forEach(pin -> given.put(pin.seq(), pin.pinnedSeq()));
        assertThat(rows()).isEqualTo(given.size());
        return given;
    }

    private long rows() {
        return node.number("select count(*) from room_pin where room_id = ?", room.value());
    }

    private Map<Long, Long> replayed() {
        Map<Long, Long> replayed = Map.of();
        for (LoggedEvent logged : node.reader().events(room, 0, 10_000, Integer.MAX_VALUE)) {
            replayed = RoomEvolution.evolve(replayed, logged);
        }
        return replayed;
    }

    @Test
    void pinsAreGivenWithTheirMessagesTheLastPinnedFirst() {
        long one = posts("one");
        long two = posts("two");
        pins(two);
        long last = pins(one);
        node.succeeds(bob, room, new RoomCommand.EditMessage(one, LogFixture.text("one, but better")));

        List<Pins.Pin> given = pins.of(room);

        assertThat(given).extracting(Pins.Pin::seq).containsExactly(one, two);
        assertThat(given.getFirst().pinnedSeq()).isEqualTo(last);
        assertThat(given.getFirst().by()).isEqualTo(alice.user());
        assertThat(given.getFirst().message().body()).contains("one, but better");
        assertThat(given.getFirst().message().by()).isEqualTo(bob.user().value());
    }

    @Test
    void howeverAMessageIsTakenAwayItsPinGoesInTheSameTransaction() {
        long own = posts("own");
        long hidden = posts("hidden");
        long deleted = posts("deleted");
        long removed = posts("removed");
        long stays = posts("stays");
        List.of(own, hidden, deleted, removed, stays).forEach(this::pins);

        node.succeeds(bob, room, new DeleteMessage(own, null));
        node.succeeds(alice, room, new HideMessage(hidden, null));
        node.succeeds(alice, room, new DeleteMessage(deleted, null));
        node.succeeds(alice, room, new RemoveMessages(List.of(removed), null));

        assertThat(pinned()).containsOnlyKeys(stays).isEqualTo(replayed());
        node.succeeds(alice, room, new RestoreMessage(hidden));
        assertThat(pinned()).containsOnlyKeys(stays).isEqualTo(replayed());
        long again = pins(hidden);
        assertThat(pinned()).containsEntry(hidden, again).isEqualTo(replayed());
    }

    /** Commands that wait together are one transaction. */
    @Test
    void whateverHappensToPinsInOneTransactionTheLastThingHolds() {
        var commands = List.of(
                new PinMessage(4),
                new UnpinMessage(4),
                new PinMessage(4),
                new PinMessage(5),
                new HideMessage(5, null),
                new RestoreMessage(5),
                new PinMessage(6),
                new HideMessage(6, null),
                new RestoreMessage(6),
                new PinMessage(6),
                new UnpinMessage(6),
                new PinMessage(6),
                new PinMessage(7),
                new UnpinMessage(7));
        var stages = new ArrayList<>(List.of(
                node.submits(bob, room, LogFixture.post("four"), null),
                node.submits(bob, room, LogFixture.post("five"), null),
                node.submits(bob, room, LogFixture.post("six"), null),
                node.submits(bob, room, LogFixture.post("seven"), null)));
        commands.forEach(command -> stages.add(node.submits(alice, room, command, null)));

        stages.forEach(stage -> accepted(answer(stage)));

        assertThat(pinned()).containsOnlyKeys(4L, 6L).isEqualTo(replayed());
    }

    /** Such a node knows no table of pins. */
    @Test
    void aPinThatANodeOfAnOlderVersionLeftBehindIsNoneAndTakesNoPlace() {
        long seq = posts("hello");
        long pinnedAt = pins(seq);
        node.succeeds(alice, room, new HideMessage(seq, null));
        node.update("insert into room_pin (room_id, seq, pinned_seq) values (?, ?, ?)", room.value(), seq, pinnedAt);

        assertThat(pins.of(room)).isEmpty();
        assertThat(node.succeeds(alice, room, new UnpinMessage(seq)).duplicate())
                .isTrue();
        refused(Refusal.NotFound.class, node.does(alice, room, new PinMessage(seq)));

        node.succeeds(alice, room, new RestoreMessage(seq));
        assertThat(pinned()).isEmpty();
        pins(seq);
        assertThat(pinned()).containsOnlyKeys(seq);
    }

    @Test
    void aRoomWithAllItsPinsIsRefusedMoreAndOtherRoomsAreNot() {
        for (int i = 0; i < 50; i++) {
            pins(posts("message " + i));
        }
        long more = posts("one more");

        refused(Refusal.Conflict.class, node.does(alice, room, new PinMessage(more)));

        assertThat(pinned()).hasSize(50);
        room = node.room(alice, RoomKind.PRIVATE, bob);
        pins(posts("elsewhere"));
        assertThat(pinned()).hasSize(1);
    }

    /** 256 KiB, as a page of messages. */
    @Test
    void messagesThatDoNotFitIntoTheAnswerAreLeftOutAndTheirPinsAreNot() {
        String large = "x".repeat(8_000);
        for (int i = 0; i < 40; i++) {
            pins(posts(large));
        }

        List<Pins.Pin> given = pins.of(room);

        assertThat(given).hasSize(40);
        assertThat(given.getFirst().message()).isNotNull();
        assertThat(given.getLast().message()).isNull();
    }
}
