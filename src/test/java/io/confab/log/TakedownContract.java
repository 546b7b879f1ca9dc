package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.refused;
import static io.confab.log.LogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.directory.History;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.LogFixture.Person;
import io.confab.room.EventJson;
import io.confab.room.RoomCommand;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomCommand.EditMessage;
import io.confab.room.RoomCommand.HideMessage;
import io.confab.room.RoomCommand.RemoveMessages;
import io.confab.room.RoomCommand.RestoreMessage;
import io.confab.room.RoomEvent;
import io.confab.room.RoomKind;
import io.confab.room.SanctionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What becomes of the texts that moderators take away, in the tables of a real database; and what the server does by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TakedownContract {
    DatabaseFixture node;
    Person alice;
    Person bob;
    RoomId room;

    abstract String url();

    @BeforeAll
    void openNode() {
        node = DatabaseFixture.open(url());
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

    /** All that any reader of the room is given: the log, as sockets and streams get it, and the history. */
    private String readers() {
        long head = node.reader().head(room).orElseThrow().head();
        return node.reader().events(room, 0, 10_000, Integer.MAX_VALUE).stream()
                        .map(EventJson::encode)
                        .collect(Collectors.joining("\n"))
                + new History(node.database)
                        .before(room, Long.MAX_VALUE, head, 100)
                        .rows();
    }

    private long kept(long seq) {
        return node.number("select count(*) from withheld where room_id = ? and target_seq = ?", room.value(), seq);
    }

    private History.Message standing(long seq) {
        long head = node.reader().head(room).orElseThrow().head();
        return new History(node.database).around(room, seq, head, 1).rows().getLast();
    }

    private long saysAlphaThenBeta() {
        long seq = node.posts(bob, room, "alpha").seq();
        node.succeeds(bob, room, new EditMessage(seq, text("beta @" + alice.username())));
        return seq;
    }

    @Test
    void whatIsHiddenIsInNoReaderAndStandsAgainExactlyAsBefore() {
        long seq = saysAlphaThenBeta();
        var before = standing(seq);

        node.succeeds(alice, room, new HideMessage(seq, "let me see"));
        assertThat(readers()).doesNotContain("alpha", "beta").contains("\"hidden\":true");
        assertThat(standing(seq).hidden()).isTrue();
        assertThat(kept(seq)).isEqualTo(2);
        node.succeeds(alice, room, new RestoreMessage(seq));

        assertThat(standing(seq)).isEqualTo(before);
        assertThat(readers()).contains("alpha", "beta", "msg.restored");
        assertThat(kept(seq)).isZero();
        var edited = node.succeeds(bob, room, new EditMessage(seq, text("gamma")));
        assertThat(edited.duplicate()).isFalse();
    }

    @Test
    void aReturnDoesNotOutliveALaterDeletion() {
        long seq = saysAlphaThenBeta();
        node.succeeds(alice, room, new HideMessage(seq, null));
        node.succeeds(alice, room, new RestoreMessage(seq));
        node.succeeds(alice, room, new DeleteMessage(seq, null));
        assertThat(readers()).doesNotContain("alpha", "beta");
        assertThat(kept(seq)).isEqualTo(3);
        node.succeeds(alice, room, new RestoreMessage(seq));

        node.succeeds(bob, room, new DeleteMessage(seq, null));

        assertThat(readers()).doesNotContain("alpha", "beta");
        assertThat(kept(seq)).isZero();
    }

    @Test
    void anAuthorsDeletionLeavesNothingAnywhere() {
        long own = saysAlphaThenBeta();
        long hidden = node.posts(bob, room, "gamma").seq();
        node.succeeds(alice, room, new HideMessage(hidden, null));

        node.succeeds(bob, room, new DeleteMessage(own, null));
        node.succeeds(bob, room, new DeleteMessage(hidden, null));

        assertThat(readers()).doesNotContain("alpha", "beta", "gamma");
        assertThat(kept(own) + kept(hidden)).isZero();
        refused(Refusal.Conflict.class, node.does(alice, room, new RestoreMessage(hidden)));
    }

    /** Commands that wait together are one transaction. */
    @Test
    void whateverHappensToAMessageInOneTransactionTheLastThingHolds() {
        var stages = new ArrayList<CompletionStage<Answer>>();
        List<RoomCommand> there = List.of(new HideMessage(4, null), new RestoreMessage(4));
        List<RoomCommand> thereAndAway =
                List.of(new HideMessage(5, null), new RestoreMessage(5), new HideMessage(5, null));
        stages.add(node.submits(bob, room, LogFixture.post("alpha"), null));
        stages.add(node.submits(bob, room, LogFixture.post("beta"), null));
        there.forEach(command -> stages.add(node.submits(alice, room, command, null)));
        thereAndAway.forEach(command -> stages.add(node.submits(alice, room, command, null)));

        stages.forEach(stage -> accepted(answer(stage)));

        assertThat(standing(4).body()).contains("alpha");
        assertThat(kept(4)).isZero();
        assertThat(standing(5).body()).isNull();
        assertThat(readers()).doesNotContain("beta");
        assertThat(kept(5)).isEqualTo(2); // the message and its return
    }

    @Test
    void whatWasPurgedComesBackNoMore() {
        long seq = saysAlphaThenBeta();
        node.succeeds(alice, room, new HideMessage(seq, null));
        node.update("delete from withheld where room_id = ?", room.value());

        refused(Refusal.Conflict.class, node.does(alice, room, new RestoreMessage(seq)));

        assertThat(standing(seq).body()).isNull();
    }

    /** The decision saw the text, the purge took it before the transaction could. */
    @Test
    void aReturnThatFindsItsTextPurgedLeavesNoTrace() {
        long seq = saysAlphaThenBeta();
        long head = node.succeeds(alice, room, new HideMessage(seq, null)).seq();
        node.update("delete from withheld where room_id = ? and seq = ?", room.value(), seq);

        refused(Refusal.Unavailable.class, node.does(alice, room, new RestoreMessage(seq)));

        assertThat(node.reader().head(room).orElseThrow().head()).isEqualTo(head);
        assertThat(standing(seq).body()).isNull();
    }

    @Test
    void manyGoByOneEvent() {
        var seqs = LongStream.rangeClosed(1, RemoveMessages.MOST)
                .mapToObj(i -> node.submits(bob, room, LogFixture.post("spam-" + i), null))
                .toList()
                .stream()
                .map(stage -> accepted(answer(stage)).seq())
                .toList();
        long head = node.reader().head(room).orElseThrow().head();

        node.succeeds(alice, room, new RemoveMessages(seqs, "spam"));

        assertThat(node.reader().head(room).orElseThrow().head()).isEqualTo(head + 1);
        assertThat(readers()).doesNotContain("spam-");
        assertThat(node.number("select count(*) from withheld where room_id = ?", room.value()))
                .isEqualTo(RemoveMessages.MOST);
        node.succeeds(alice, room, new RestoreMessage(seqs.getFirst()));
        assertThat(standing(seqs.getFirst()).body()).contains("spam-1\"");
    }

    @Test
    void whatAModeratorDeletesOfTheirOwnAmongManyIsKeptNowhere() {
        long own = node.posts(alice, room, "mine").seq();
        long theirs = node.posts(bob, room, "theirs").seq();

        node.succeeds(alice, room, new RemoveMessages(List.of(own, theirs), null));

        assertThat(kept(own)).isZero();
        assertThat(kept(theirs)).isEqualTo(1);
        refused(Refusal.Conflict.class, node.does(alice, room, new RestoreMessage(own)));
        node.succeeds(alice, room, new RestoreMessage(theirs));
    }

    private long edited(int times) {
        long seq = node.posts(bob, room, "the first").seq();
        var edits = new ArrayList<CompletionStage<Answer>>();
        for (int i = 1; i <= times; i++) {
            edits.add(node.submits(bob, room, new EditMessage(seq, text("edit-" + i + "-")), null));
        }
        edits.forEach(stage -> accepted(answer(stage)));
        return seq;
    }

    @Test
    void ofAMessageEditedWithoutEndItsFirstTextAndItsLastOnesAreKept() {
        long seq = edited(60);

        node.succeeds(alice, room, new HideMessage(seq, null));

        assertThat(kept(seq)).isEqualTo(1 + EventWrite.MOST_VERSIONS);
        assertThat(readers()).doesNotContain("the first", "edit-");
        node.succeeds(alice, room, new RestoreMessage(seq));
        assertThat(standing(seq).body()).contains("edit-60-");
        assertThat(readers()).contains("the first", "edit-11-").doesNotContain("edit-10-");
    }

    @Test
    void ofManyAtOnceSoManyFewerTextsAreKeptButOfEachTheFirstAndTheLast() {
        var seqs = new ArrayList<Long>();
        for (int i = 0; i < 20; i++) {
            seqs.add(edited(15));
        }

        node.succeeds(alice, room, new RemoveMessages(seqs, null));

        assertThat(seqs).allSatisfy(seq -> assertThat(kept(seq)).isEqualTo(1 + 10));
        node.succeeds(alice, room, new RestoreMessage(seqs.getLast()));
        assertThat(standing(seqs.getLast()).body()).contains("edit-15-");
    }

    @Test
    void aRepeatOfATakedownIsKnownAndAnotherUnderItsKeyIsNot() {
        long seq = node.posts(bob, room, "alpha").seq();
        var first = accepted(node.does(alice, room, new RemoveMessages(List.of(seq), null), "k1"));
        node.succeeds(alice, room, new RestoreMessage(seq));

        var again = accepted(node.does(alice, room, new RemoveMessages(List.of(seq), null), "k1"));

        assertThat(again.seq()).isEqualTo(first.seq());
        assertThat(again.duplicate()).isTrue();
        refused(
                Refusal.CidConflict.class,
                node.does(alice, room, new RemoveMessages(List.of(seq, seq + 1), null), "k1"));
        refused(Refusal.CidConflict.class, node.does(alice, room, new HideMessage(seq, null), "k1"));
    }

    // --- the server itself

    private Answer byServer(RoomCommand command, String cid) {
        return answer(node.log().submit(RoomLog.Submission.byServer(room, command, cid)));
    }

    @Test
    void theServerActsWithoutASignInAndIsKnownByItsKey() {
        long seq = node.posts(bob, room, "alpha").seq();
        String key = "auto-" + room;

        accepted(byServer(new HideMessage(seq, null), key));
        var again = accepted(byServer(new HideMessage(seq, null), key));

        assertThat(again.duplicate()).isTrue();
        assertThat(node.reader()
                        .events(room, again.seq() - 1, 1, 1_000)
                        .getFirst()
                        .by())
                .isEqualTo(UserId.SERVER);
        refused(Refusal.Forbidden.class, node.does(alice, room, new RestoreMessage(seq)));
    }

    @Test
    void theServerIsNobodyWhomOneCouldActOnOrTalkTo() {
        var direct = new RoomCommand.CreateRoom(RoomKind.DIRECT, "", List.of(UserId.SERVER));

        refused(Refusal.NotFound.class, answer(node.log().create(alice.caller(), direct, "d-" + room)));
        refused(
                Refusal.NotFound.class,
                node.does(alice, room, new RoomCommand.SetSanction(UserId.SERVER, SanctionKind.BAN, null, null)));
        refused(
                Refusal.NotFound.class,
                node.does(alice, room, new RoomCommand.InviteMember(UserId.SERVER, io.confab.room.RoomRole.MEMBER)));
    }

    @Test
    void globalStaffReachAMessageOfADirectRoom() {
        room = node.room(alice, RoomKind.DIRECT, bob);
        long seq = node.posts(bob, room, "a threat").seq();
        Person staff = node.person("staff-" + room.value().substring(2, 10), GlobalRole.MODERATOR);

        node.succeeds(staff, room, new HideMessage(seq, "reported"));

        assertThat(readers()).doesNotContain("a threat");
        refused(Refusal.NotFound.class, node.does(staff, room, LogFixture.post("hello")));
    }

    // --- a newer version beside this one

    @Test
    void anEventThatOnlyANewerVersionKnowsIsReadInItsPlace() {
        long seq = node.posts(bob, room, "alpha").seq();
        node.update(
                "insert into room_event (room_id, seq, type, by_id, ts, target_seq, body, detail)"
                        + " values (?, ?, 'msg.starred', 'u_1', 0, ?, '{\"text\":\"alpha\",\"type\":\"text\"}', '{\"colour\":\"red\"}')",
                room.value(),
                seq + 1,
                seq);
        node.update("update room set head = head + 1 where id = ?", room.value());

        var read = node.reader().events(room, seq, 10, 1_000).getFirst();

        assertThat(read.event()).isInstanceOf(RoomEvent.Opaque.class);
        assertThat(EventJson.encode(read))
                .contains("\"t\":\"msg.starred\"", "\"seq\":" + seq, "\"colour\":\"red\"", "alpha");
        node.succeeds(bob, room, new DeleteMessage(seq, null));
        assertThat(readers()).doesNotContain("alpha");
    }
}
