package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.SanctionKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the log writes beside the events when people come and go: their intervals in the room, their account's {@code rev}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MembershipContract {
    DatabaseFixture node;
    Person alice;
    Person bob;
    RoomId room;

    abstract String url();

    @BeforeAll
    void openLog() {
        node = DatabaseFixture.open(url());
    }

    @BeforeEach
    void begin() {
        alice = node.person("alice");
        bob = node.person("bob");
        room = node.room(alice, RoomKind.PUBLIC, bob); // 1 created, 2 alice, 3 bob
    }

    @AfterAll
    void closeLog() {
        node.close();
    }

    private long rev(Person person) {
        return node.number("select rev from account where id = ?", person.user().value());
    }

    private long changedAt(Person person) {
        return node.number(
                "select changed_at from account where id = ?", person.user().value());
    }

    private List<String> intervals(Person person) {
        return node.database
                .reads()
                .list(
                        "select from_seq, to_seq from membership_interval where room_id = ? and user_id = ?"
                                + " order by from_seq",
                        row -> row.getString(1) + "-" + row.getString(2),
                        room.value(),
                        person.user().value());
    }

    private boolean mayRead(Person person) {
        return node.reader()
                .access(room, person.user())
                .orElseThrow()
                .membership()
                .isActiveAt(Instant.now());
    }

    @Test
    void whoeverIsPutIntoANewRoomHasARaisedRev() {
        long alicesRev = rev(alice);
        long bobsRev = rev(bob);

        node.room(alice, RoomKind.PRIVATE, bob);

        assertThat(rev(alice)).isEqualTo(alicesRev + 1);
        assertThat(rev(bob)).isEqualTo(bobsRev + 1);
        assertThat(changedAt(bob)).isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(60_000L));
    }

    @Test
    void eachChangeOfSomebodysRoomListRaisesTheirRevAndNobodyElses() {
        Person carol = node.person("carol");
        for (RoomCommand change : List.of(
                new RoomCommand.InviteMember(carol.user(), RoomRole.MEMBER),
                new RoomCommand.SetSanction(carol.user(), SanctionKind.BAN, null, null),
                new RoomCommand.LiftSanction(carol.user(), SanctionKind.BAN),
                new RoomCommand.KickMember(carol.user(), null))) {
            long carolsRev = rev(carol);
            long alicesRev = rev(alice);
            long bobsRev = rev(bob);

            accepted(node.does(alice, room, change));

            assertThat(rev(carol)).as(change.toString()).isGreaterThan(carolsRev);
            assertThat(rev(alice)).as(change.toString()).isEqualTo(alicesRev);
            assertThat(rev(bob)).as(change.toString()).isEqualTo(bobsRev);
        }
    }

    @Test
    void joiningAndLeavingRaiseOnesOwnRev() {
        Person carol = node.person("carol");
        long before = rev(carol);

        node.succeeds(carol, room, new RoomCommand.JoinRoom());
        long joined = rev(carol);
        node.succeeds(carol, room, new RoomCommand.LeaveRoom());

        assertThat(joined).isEqualTo(before + 1);
        assertThat(rev(carol)).isEqualTo(before + 2);
    }

    @Test
    void whatChangesNoRoomListRaisesNoRev() {
        long alicesRev = rev(alice);
        long bobsRev = rev(bob);

        node.posts(bob, room, "hello @" + alice.username());
        node.succeeds(alice, room, new RoomCommand.UpdateRoom("renamed", null, RoomMode.HALL, null));
        node.succeeds(alice, room, new RoomCommand.SetRole(bob.user(), RoomRole.MODERATOR));
        node.succeeds(alice, room, new RoomCommand.SetSanction(bob.user(), SanctionKind.MUTE, null, null));
        assertThat(accepted(node.does(bob, room, new RoomCommand.JoinRoom())).duplicate())
                .isTrue();

        assertThat(rev(alice)).isEqualTo(alicesRev);
        assertThat(rev(bob)).isEqualTo(bobsRev);
    }

    @Test
    void aRefusedChangeRaisesNoRev() {
        long before = rev(alice);

        answer(node.submits(bob, room, new RoomCommand.KickMember(alice.user(), null), null));

        assertThat(rev(alice)).isEqualTo(before);
        assertThat(intervals(alice)).containsExactly("2-null");
    }

    /** v1 shows members the whole log; the intervals are kept for a later "since joining". */
    @Test
    void whoLeftAndCameBackHasTwoIntervalsAndReadsTheWholeLogAgain() {
        node.posts(alice, room, "four");
        long left = node.succeeds(bob, room, new RoomCommand.LeaveRoom()).seq();
        boolean whileAway = mayRead(bob);
        node.posts(alice, room, "said while bob was away");
        long back = node.succeeds(bob, room, new RoomCommand.JoinRoom()).seq();

        assertThat(intervals(bob)).containsExactly("3-" + left, back + "-null");
        assertThat(intervals(alice)).containsExactly("2-null");
        assertThat(whileAway).isFalse();
        assertThat(mayRead(bob)).isTrue();
    }

    @Test
    void comingAndGoingInOneBatchKeepsEachIntervalApart() {
        Person carol = node.person("carol");
        var first = node.submits(carol, room, new RoomCommand.JoinRoom(), null);
        var out = node.submits(carol, room, new RoomCommand.LeaveRoom(), null);
        var second = node.submits(carol, room, new RoomCommand.JoinRoom(), null);
        var kicked = node.submits(alice, room, new RoomCommand.KickMember(carol.user(), null), null);
        var third = node.submits(carol, room, new RoomCommand.JoinRoom(), null);

        long thirdSeq = accepted(answer(third)).seq();

        assertThat(intervals(carol))
                .containsExactly(
                        accepted(answer(first)).seq() + "-"
                                + accepted(answer(out)).seq(),
                        accepted(answer(second)).seq() + "-"
                                + accepted(answer(kicked)).seq(),
                        thirdSeq + "-null");
    }

    /** A ban ends the right to read at once, and not the membership. */
    @Test
    void aBannedMemberReadsNothingUntilTheBanIsLifted() {
        node.succeeds(alice, room, new RoomCommand.SetSanction(bob.user(), SanctionKind.BAN, null, null));
        boolean whileBanned = mayRead(bob);

        node.succeeds(alice, room, new RoomCommand.LiftSanction(bob.user(), SanctionKind.BAN));

        assertThat(whileBanned).isFalse();
    }
}
