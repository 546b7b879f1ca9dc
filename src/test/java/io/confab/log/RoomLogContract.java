package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.refused;
import static io.confab.log.LogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.Utf8;
import io.confab.log.LogFixture.Person;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomCommand;
import io.confab.room.RoomEvent;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.RoomState;
import io.confab.room.SanctionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every log of rooms does: the one in memory, the one on H2 and the one on PostgreSQL alike. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RoomLogContract {
    LogFixture node;
    Person alice;
    Person bob;
    RoomId room;

    abstract LogFixture open();

    @BeforeAll
    void openLog() {
        node = open();
    }

    @BeforeEach
    void begin() {
        alice = node.person("alice");
        bob = node.person("bob");
        room = node.room(alice, RoomKind.PRIVATE, bob);
    }

    @AfterAll
    void closeLog() {
        node.close();
    }

    List<LoggedEvent> events() {
        return node.reader().events(room, 0, 10_000, Integer.MAX_VALUE);
    }

    static List<Long> numbers(List<LoggedEvent> events) {
        return events.stream().map(LoggedEvent::seq).toList();
    }

    static List<Long> oneTo(long head) {
        return LongStream.rangeClosed(1, head).boxed().toList();
    }

    static List<String> texts(List<LoggedEvent> events, Person by) {
        return events.stream()
                .filter(e -> e.by().equals(by.user()))
                .filter(e -> e.event() instanceof RoomEvent.MessagePosted)
                .map(e -> ((RoomEvent.MessagePosted) e.event()).body().text())
                .toList();
    }

    @Test
    void creationGivesTheFirstNumbers() {
        List<LoggedEvent> events = events();

        assertThat(events)
                .extracting(e -> e.event().type())
                .containsExactly("room.created", "member.joined", "member.joined");
        assertThat(numbers(events)).isEqualTo(oneTo(3));
        assertThat(node.reader().head(room))
                .hasValueSatisfying(head -> assertThat(head.head()).isEqualTo(3));
    }

    @Test
    void aMessageTakesTheNextNumberAndIsReadBack() {
        Answer.Accepted ok = accepted(node.does(bob, room, post("hi @" + alice.username()), "k1"));

        LoggedEvent logged = events().getLast();
        assertThat(ok.seq()).isEqualTo(4);
        assertThat(ok.duplicate()).isFalse();
        assertThat(logged.seq()).isEqualTo(4);
        assertThat(logged.ts()).isEqualTo(ok.ts());
        assertThat(logged.cid()).isEqualTo("k1");
        assertThat(logged.by()).isEqualTo(bob.user());
        var posted = (RoomEvent.MessagePosted) logged.event();
        assertThat(posted.body()).isEqualTo(text("hi @" + alice.username()));
        assertThat(posted.mentions()).extracting(m -> m.user()).containsExactly(alice.user());
    }

    @Test
    void framesOfOneSenderKeepTheirOrder() {
        RoomId other = node.room(alice, RoomKind.PUBLIC, bob);
        var stages = new ArrayList<CompletionStage<Answer>>();

        for (int i = 1; i <= 200; i++) {
            for (Person sender : List.of(alice, bob)) {
                stages.add(node.submits(sender, room, post("m" + i), null));
                stages.add(node.submits(sender, other, post("m" + i), null));
            }
        }

        stages.forEach(stage -> accepted(answer(stage)));
        List<String> inOrder =
                LongStream.rangeClosed(1, 200).mapToObj(i -> "m" + i).toList();
        for (RoomId r : List.of(room, other)) {
            List<LoggedEvent> events = node.reader().events(r, 0, 10_000, Integer.MAX_VALUE);
            assertThat(numbers(events)).isEqualTo(oneTo(403));
            assertThat(texts(events, alice)).isEqualTo(inOrder);
            assertThat(texts(events, bob)).isEqualTo(inOrder);
        }
    }

    @Test
    void anEditRightAfterItsSendIsAccepted() {
        var send = node.submits(alice, room, post("one"), "k1");
        var edit = node.submits(alice, room, new RoomCommand.EditMessage(4, text("two")), "k2");
        var delete = node.submits(alice, room, new RoomCommand.DeleteMessage(4, null), "k3");

        assertThat(accepted(answer(send)).seq()).isEqualTo(4);
        assertThat(accepted(answer(edit)).seq()).isEqualTo(5);
        assertThat(accepted(answer(delete)).seq()).isEqualTo(6);
    }

    @Test
    void aPostRightAfterItsJoinIsAccepted() {
        RoomId open = node.room(alice, RoomKind.PUBLIC);

        var early = node.submits(bob, open, post("too early"), null);
        var join = node.submits(bob, open, new RoomCommand.JoinRoom(), null);
        var send = node.submits(bob, open, post("hello"), null);

        refused(Refusal.NotMember.class, answer(early));
        accepted(answer(join));
        assertThat(accepted(answer(send)).seq()).isEqualTo(4);
    }

    @Test
    void sameCidIsStoredOnce() {
        Answer.Accepted first = accepted(node.does(alice, room, post("once"), "k1"));

        Answer.Accepted again = accepted(node.does(alice, room, post("once"), "k1"));

        assertThat(again).isEqualTo(new Answer.Accepted(room, first.epoch(), first.seq(), first.ts(), "k1", true));
        assertThat(events()).hasSize(4);
    }

    @Test
    void anEditedOrDeletedMessageKeepsItsCid() {
        Answer.Accepted first = accepted(node.does(alice, room, post("once"), "k1"));
        node.succeeds(alice, room, new RoomCommand.EditMessage(first.seq(), text("twice")));
        Answer.Accepted afterEdit = accepted(node.does(alice, room, post("once"), "k1"));
        node.succeeds(alice, room, new RoomCommand.DeleteMessage(first.seq(), null));

        Answer.Accepted afterDelete = accepted(node.does(alice, room, post("once"), "k1"));

        assertThat(afterEdit.seq()).isEqualTo(first.seq());
        assertThat(afterDelete.seq()).isEqualTo(first.seq());
        assertThat(afterDelete.ts()).isEqualTo(first.ts());
        assertThat(afterDelete.duplicate()).isTrue();
        assertThat(events()).hasSize(6);
    }

    @Test
    void twoSendsInFlightKeepBothKeys() {
        var one = node.submits(alice, room, post("one"), "k1");
        var two = node.submits(alice, room, post("two"), "k2");
        var oneAgain = node.submits(alice, room, post("one"), "k1");
        var twoAgain = node.submits(alice, room, post("two"), "k2");
        var oneOnceMore = node.submits(alice, room, post("one"), "k1");

        assertThat(accepted(answer(one)).duplicate()).isFalse();
        assertThat(accepted(answer(two)).duplicate()).isFalse();
        assertThat(accepted(answer(oneAgain)).duplicate()).isTrue();
        assertThat(accepted(answer(twoAgain)).seq()).isEqualTo(5);
        assertThat(accepted(answer(oneOnceMore)).seq()).isEqualTo(4);
        assertThat(events()).hasSize(5);
    }

    @Test
    void aCidWithAnotherRequestIsAConflict() {
        RoomId other = node.room(alice, RoomKind.PUBLIC);
        node.does(alice, room, post("this"), "k1");

        refused(Refusal.CidConflict.class, node.does(alice, room, post("that"), "k1"));
        refused(Refusal.CidConflict.class, node.does(alice, other, post("this"), "k1"));
        refused(
                Refusal.CidConflict.class,
                node.does(alice, room, new RoomCommand.PostMessage(text("this"), 1L, null), "k1"));
        assertThat(events()).hasSize(4);
    }

    @Test
    void aCidBelongsToItsSender() {
        accepted(node.does(alice, room, post("mine"), "k1"));

        assertThat(accepted(node.does(bob, room, post("mine"), "k1")).duplicate())
                .isFalse();
    }

    @Test
    void aCommandWithoutCidGetsOne() {
        Answer.Accepted ok = node.posts(alice, room, "hello");

        assertThat(ok.cid()).isNotEmpty();
        assertThat(events().getLast().cid()).isEqualTo(ok.cid());
        assertThat(accepted(node.does(alice, room, post("hello"), ok.cid())).duplicate())
                .isTrue();
    }

    @Test
    void aRefusedCommandFailsNoNeighbour() {
        var stages = new ArrayList<CompletionStage<Answer>>();
        Person stranger = node.person("stranger");

        for (int i = 0; i < 30; i++) {
            stages.add(node.submits(i == 17 ? stranger : alice, room, post("m" + i), "c" + i));
        }

        for (int i = 0; i < 30; i++) {
            if (i == 17) {
                refused(Refusal.NotFound.class, answer(stages.get(i)));
            } else {
                accepted(answer(stages.get(i)));
            }
        }
        assertThat(numbers(events())).isEqualTo(oneTo(32));
    }

    @Test
    void aRefusalLeavesNoTrace() {
        refused(Refusal.NotFound.class, node.does(alice, room, new RoomCommand.EditMessage(99, text("x")), "k1"));

        assertThat(events()).hasSize(3);
        assertThat(accepted(node.does(alice, room, post("k1 is free"), "k1")).duplicate())
                .isFalse();
    }

    @Test
    void aRoomThatDoesNotExistIsNotFound() {
        refused(Refusal.NotFound.class, node.does(alice, new RoomId("r_nowhere"), post("hello")));
    }

    @Test
    void deletionEmptiesTheMessageAndAllItsEdits() {
        long seq = node.posts(alice, room, "alpha @" + bob.username()).seq();
        node.succeeds(alice, room, new RoomCommand.EditMessage(seq, text("beta")));
        node.succeeds(alice, room, new RoomCommand.EditMessage(seq, text("gamma")));
        node.succeeds(bob, room, new RoomCommand.PostMessage(text("a reply"), seq, null));

        node.succeeds(alice, room, new RoomCommand.DeleteMessage(seq, null));

        var log = new StringBuilder();
        events().forEach(e -> log.append(EventJson.encode(e)).append('\n'));
        assertThat(log.toString()).doesNotContain("alpha", "beta", "gamma").contains("a reply");
        assertThat(numbers(events())).isEqualTo(oneTo(8));
        assertThat(((RoomEvent.MessagePosted) events().get(3).event()).mentions())
                .isEmpty();
    }

    @Test
    void aSecondDeletionIsAlreadySo() {
        long seq = node.posts(alice, room, "soon gone").seq();
        node.succeeds(alice, room, new RoomCommand.DeleteMessage(seq, null));

        assertThat(node.succeeds(alice, room, new RoomCommand.DeleteMessage(seq, null))
                        .duplicate())
                .isTrue();
        assertThat(events()).hasSize(5);
    }

    @Test
    void aPinIsAnEventOnceAndARetryGetsItsNumber() {
        long seq = node.posts(bob, room, "hello").seq();
        var pin = new RoomCommand.PinMessage(seq);

        Answer.Accepted pinned = accepted(node.does(alice, room, pin, "pin-" + room.value()));

        assertThat(accepted(node.does(alice, room, pin, "pin-" + room.value()))).satisfies(again -> {
            assertThat(again.seq()).isEqualTo(pinned.seq());
            assertThat(again.duplicate()).isTrue();
        });
        assertThat(node.succeeds(alice, room, pin).seq()).isEqualTo(pinned.seq());
        assertThat(events().getLast().event()).isEqualTo(new RoomEvent.MessagePinned(seq));
        refused(
                Refusal.CidConflict.class,
                node.does(alice, room, new RoomCommand.UnpinMessage(seq), "pin-" + room.value()));
        refused(Refusal.Forbidden.class, node.does(bob, room, pin));
        assertThat(node.succeeds(alice, room, new RoomCommand.UnpinMessage(seq)).duplicate())
                .isFalse();
        assertThat(node.succeeds(alice, room, new RoomCommand.UnpinMessage(seq)).duplicate())
                .isTrue();
        assertThat(node.succeeds(alice, room, pin).duplicate()).isFalse();
    }

    @Test
    void aDirectRoomOfTheSameTwoIsTheSameRoom() {
        RoomId first = node.room(alice, RoomKind.DIRECT, bob);

        var command = new RoomCommand.CreateRoom(RoomKind.DIRECT, "", List.of(alice.user()));
        Answer.Accepted second = accepted(answer(node.log().create(bob.caller(), command, "d2")));

        assertThat(second.room()).isEqualTo(first);
        assertThat(second.duplicate()).isTrue();
    }

    @Test
    void aCreationSentAgainGivesTheFirstRoom() {
        var command = new RoomCommand.CreateRoom(RoomKind.PUBLIC, "again", List.of(bob.user()));
        Answer.Accepted first = accepted(answer(node.log().create(alice.caller(), command, "c1")));

        Answer.Accepted again = accepted(answer(node.log().create(alice.caller(), command, "c1")));

        assertThat(again).isEqualTo(new Answer.Accepted(first.room(), first.epoch(), 1, first.ts(), "c1", true));
        var other = new RoomCommand.CreateRoom(RoomKind.PUBLIC, "another", List.of(bob.user()));
        refused(Refusal.CidConflict.class, answer(node.log().create(alice.caller(), other, "c1")));
    }

    @Test
    void aCreationThatNamesNobodyIsRefused() {
        var command = new RoomCommand.CreateRoom(
                RoomKind.PRIVATE, "ghosts", List.of(new io.confab.kernel.UserId("u_nobody")));

        refused(Refusal.NotFound.class, answer(node.log().create(alice.caller(), command, "c1")));
    }

    @Test
    void aSuspendedSenderIsRefused() {
        node.suspend(bob);

        refused(Refusal.Forbidden.class, node.does(bob, room, post("hello")));
        assertThat(events()).hasSize(3);
    }

    @Test
    void anEndedSignInIsRefused() {
        accepted(node.does(bob, room, post("before"), "k1"));
        node.endSignIn(bob);

        refused(Refusal.Unauthorized.class, node.does(bob, room, post("after")));
        refused(Refusal.Unauthorized.class, node.does(bob, room, post("before"), "k1"));
    }

    @Test
    void nothingOfABannedMemberFollowsTheBan() {
        var stages = new ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < 50; i++) {
            stages.add(node.submits(bob, room, post("b" + i), null));
            if (i == 25) {
                stages.add(node.submits(
                        alice, room, new RoomCommand.SetSanction(bob.user(), SanctionKind.BAN, null, null), null));
            }
        }

        stages.forEach(LogFixture::answer);

        List<LoggedEvent> events = events();
        long ban = events.stream()
                .filter(e -> e.event() instanceof RoomEvent.SanctionSet)
                .findFirst()
                .orElseThrow()
                .seq();
        assertThat(events)
                .filteredOn(e -> e.by().equals(bob.user()))
                .hasSize(26)
                .allMatch(e -> e.seq() < ban);
    }

    @Test
    void eventsComeInPagesByNumberAndBySize() {
        for (int i = 0; i < 10; i++) {
            node.posts(alice, room, "x".repeat(1_000));
        }

        assertThat(numbers(node.reader().events(room, 3, 4, Integer.MAX_VALUE))).containsExactly(4L, 5L, 6L, 7L);
        assertThat(numbers(node.reader().events(room, 12, 10, Integer.MAX_VALUE)))
                .containsExactly(13L);
        assertThat(node.reader().events(room, 13, 10, Integer.MAX_VALUE)).isEmpty();
        assertThat(numbers(node.reader().events(room, 3, 10, 1))).containsExactly(4L);
        assertThat(node.reader().events(room, 3, 10, 5_000)).hasSizeBetween(2, 4);
    }

    @Test
    void aPageHasNoMoreBytesThanItWasGivenInWhateverScript() {
        for (int i = 0; i < 20; i++) {
            node.posts(alice, room, "\u6f22".repeat(500));
            node.posts(alice, room, "x");
        }

        for (int most : List.of(5_000, 10_000, 30_000)) {
            List<LoggedEvent> page = node.reader().events(room, 3, 100, most);

            assertThat(bytes(page)).isLessThanOrEqualTo(most).isGreaterThan(most * 6 / 10);
        }
    }

    private static int bytes(List<LoggedEvent> page) {
        return page.stream().mapToInt(e -> Utf8.length(EventJson.encode(e))).sum();
    }

    @Test
    void accessTellsRoomRoleAndRight() {
        Person admin = node.person("root" + System.nanoTime() % 1_000_000, GlobalRole.ADMIN);
        node.suspend(bob);

        RoomReader.Access owner = node.reader().access(room, alice.user()).orElseThrow();
        RoomReader.Access member = node.reader().access(room, bob.user()).orElseThrow();
        RoomReader.Access outsider = node.reader().access(room, admin.user()).orElseThrow();

        assertThat(owner.membership().role()).isEqualTo(RoomRole.OWNER);
        assertThat(owner.state().head()).isEqualTo(3);
        assertThat(owner.suspended()).isFalse();
        assertThat(member.suspended()).isTrue();
        assertThat(outsider.membership().role()).isNull();
        assertThat(outsider.role()).isEqualTo(GlobalRole.ADMIN);
        assertThat(node.reader().access(new RoomId("r_nowhere"), alice.user())).isEmpty();
    }

    @Test
    void headsAreOfTheRoomsThatExist() {
        RoomId other = node.room(alice, RoomKind.PUBLIC);

        var heads = node.reader().heads(List.of(room, other, new RoomId("r_nowhere")));

        assertThat(heads).containsOnlyKeys(room, other);
        assertThat(heads.get(other).head()).isEqualTo(2);
    }

    @Test
    void theStateIsWhatTheLogEvolvesTo() {
        Person carol = node.person("carol");
        node.succeeds(alice, room, new RoomCommand.UpdateRoom("renamed", "a topic", RoomMode.HALL, null));
        node.succeeds(alice, room, new RoomCommand.InviteMember(carol.user(), RoomRole.MODERATOR));
        node.succeeds(carol, room, new RoomCommand.SetSanction(bob.user(), SanctionKind.MUTE, null, "loud"));
        node.posts(carol, room, "quiet now");
        node.succeeds(alice, room, new RoomCommand.KickMember(bob.user(), null));
        node.succeeds(alice, room, new RoomCommand.ArchiveRoom());

        List<LoggedEvent> events = events();
        RoomState state = RoomEvolution.nothing(room, events.getFirst().epoch());
        for (LoggedEvent event : events) {
            state = RoomEvolution.evolve(state, event);
        }

        assertThat(node.reader().access(room, alice.user()).orElseThrow().state())
                .isEqualTo(state);
        assertThat(node.reader()
                        .access(room, bob.user())
                        .orElseThrow()
                        .membership()
                        .mutedUntil())
                .isNotNull();
    }
}
