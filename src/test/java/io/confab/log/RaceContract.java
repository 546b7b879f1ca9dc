package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.AccountActs;
import io.confab.identity.Actor;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.RoomCommand;
import io.confab.room.RoomEvent;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.RoomState;
import io.confab.room.SanctionKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two nodes on one database, each with two writers: whatever they do at once, the log stays one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RaceContract {
    /** Of each race of a send with what ends the right to it; two hundred by hand. */
    private static final int RUNS = Integer.getInteger("confab.race.runs", 10);

    private String url;
    DatabaseFixture one;
    DatabaseFixture two;
    Person alice;
    Person bob;
    RoomId room;

    abstract String url();

    /** The isolation at which several statements see one moment. */
    abstract int snapshotLevel();

    @BeforeAll
    void openNodes() {
        url = url();
        one = DatabaseFixture.open(url);
        two = DatabaseFixture.open(url, Map.of(), UnaryOperator.identity());
    }

    @BeforeEach
    void begin() {
        alice = one.person("alice");
        bob = one.person("bob");
        room = one.room(alice, RoomKind.PUBLIC, bob);
    }

    @AfterAll
    void closeNodes() {
        two.close();
        one.close();
    }

    List<LoggedEvent> events() {
        return one.reader().events(room, 0, 100_000, Integer.MAX_VALUE);
    }

    @RepeatedTest(3)
    void twoNodesOnOneRoomLeaveNoHoleAndNoDouble() {
        int each = 500;
        var stages = new ArrayList<CompletionStage<Answer>>();

        for (int i = 0; i < each; i++) {
            stages.add(one.submits(alice, room, post("a" + i), "a" + i));
            stages.add(two.submits(bob, room, post("b" + i), "b" + i));
        }

        stages.forEach(stage -> accepted(answer(stage)));
        List<LoggedEvent> events = events();
        assertThat(events.stream().filter(e -> e.cid() != null).map(e -> e.by() + " " + e.cid()))
                .doesNotHaveDuplicates();
        assertThat(RoomLogContract.numbers(events)).isEqualTo(RoomLogContract.oneTo(3 + 2 * each));
        assertThat(one.number("select head from room where id = ?", room.value()))
                .isEqualTo(3 + 2 * each);
        assertThat(RoomLogContract.texts(events, alice)).hasSize(each).isSortedAccordingTo(byNumber());
        assertThat(RoomLogContract.texts(events, bob)).hasSize(each).isSortedAccordingTo(byNumber());
    }

    private static java.util.Comparator<String> byNumber() {
        return java.util.Comparator.comparingInt(text -> Integer.parseInt(text.substring(1)));
    }

    @Test
    void eachNodeHearsItsOwnCommitsInOrder() {
        var stages = new ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < 200; i++) {
            stages.add((i % 2 == 0 ? one : two).submits(alice, room, post("m" + i), null));
        }
        stages.forEach(LogFixture::answer);

        var heard = new ArrayList<Long>();
        for (DatabaseFixture node : List.of(one, two)) {
            List<Long> numbers = RoomLogContract.numbers(node.heard.getOrDefault(room, List.of()));
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
            heard.addAll(numbers);
        }
        assertThat(heard).containsExactlyInAnyOrderElementsOf(RoomLogContract.oneTo(203));
    }

    @Test
    void actsInARoomAndActsOnAnAccountNeverHoldEachOtherUp() throws Exception {
        try (var identity = new IdentityNode(url);
                var threads = Executors.newSingleThreadExecutor()) {
            for (int pair = 0; pair < 10; pair++) { // which of the two comes first by id is chance
                Person moderator = one.person("moderator" + pair, GlobalRole.MODERATOR);
                Person member = one.person("member" + pair);
                var actor = new Actor(moderator.user(), moderator.signIn(), "192.0.2.9");
                Future<List<Answer>> inRoom = threads.submit(() -> alternating(
                        30,
                        on -> answer(one.submits(
                                moderator,
                                room,
                                on
                                        ? new RoomCommand.SetSanction(member.user(), SanctionKind.MUTE, null, "noise")
                                        : new RoomCommand.LiftSanction(member.user(), SanctionKind.MUTE),
                                null))));

                List<Outcome<AccountActs.Done>> onAccount = alternating(
                        30,
                        on -> on
                                ? identity.acts.suspend(actor, member.user(), null, "noise")
                                : identity.acts.lift(actor, member.user(), "peace"));

                assertThat(inRoom.get()).allSatisfy(LogFixture::accepted);
                assertThat(onAccount).allSatisfy(done -> assertThat(done).isInstanceOf(Outcome.Done.class));
            }
        }
    }

    @Test
    void staffWithoutTheSecondFactorThatIsAskedOfThemHaveInRoomsTheRightsOfAnybody() {
        Person moderator = one.person("moderator" + System.nanoTime(), GlobalRole.MODERATOR);
        var mute = new RoomCommand.SetSanction(bob.user(), SanctionKind.MUTE, null, "noise");
        var factor =
                "insert into second_factor (account_id, secret, begun_by, created_at, last_step, failed, failed_at)"
                        + " values (?, 'x', 'x', 0, 0, 0, 0)";
        try {
            one.update("insert into policy (name, setting, changed_at) values ('second_factor', 'staff', 0)");
            LogFixture.refused(Refusal.NotMember.class, two.does(moderator, room, mute));
            one.update(factor, moderator.user().value());
            LogFixture.refused(Refusal.NotMember.class, two.does(moderator, room, mute));
            one.update("update policy set setting = 'admins'");
            two.succeeds(moderator, room, mute);
            one.update("update policy set setting = 'staff'");
            one.update(
                    "update second_factor set confirmed_at = 1 where account_id = ?",
                    moderator.user().value());
            two.succeeds(moderator, room, new RoomCommand.LiftSanction(bob.user(), SanctionKind.MUTE));
        } finally {
            one.update("delete from policy");
        }
    }

    private static <T> List<T> alternating(int times, Function<Boolean, T> act) {
        return IntStream.range(0, times).mapToObj(i -> act.apply(i % 2 == 0)).toList();
    }

    @RepeatedTest(20)
    void oneCidAtOnceOnBothNodesIsStoredOnce() {
        var first = one.submits(alice, room, post("once"), "k1");
        var second = two.submits(alice, room, post("once"), "k1");

        Answer.Accepted a = accepted(answer(first));
        Answer.Accepted b = accepted(answer(second));

        assertThat(a.seq()).isEqualTo(b.seq());
        assertThat(a.ts()).isEqualTo(b.ts());
        assertThat(a.duplicate()).isNotEqualTo(b.duplicate());
        assertThat(one.number(
                        "select count(*) from room_event where by_id = ?",
                        alice.user().value()))
                .isEqualTo(4);
    }

    @RepeatedTest(20)
    void oneCidAtOnceInTwoRoomsIsStoredOnce() {
        RoomId other = one.room(alice, RoomKind.PUBLIC);
        long before = one.number(
                "select count(*) from room_event where by_id = ?", alice.user().value());

        var first = one.submits(alice, room, post("once"), "k1");
        var second = two.submits(alice, other, post("once"), "k1");
        var neighbour = two.submits(bob, room, post("me too"), "k1");

        List<Answer> answers = List.of(answer(first), answer(second));
        accepted(answer(neighbour));
        assertThat(answers).filteredOn(Answer.Accepted.class::isInstance).hasSize(1);
        assertThat(answers)
                .filteredOn(Answer.Refused.class::isInstance)
                .allSatisfy(refusal -> refused(Refusal.CidConflict.class, refusal));
        assertThat(one.number(
                        "select count(*) from room_event where by_id = ?",
                        alice.user().value()))
                .isEqualTo(before + 1);
    }

    @RepeatedTest(20)
    void twoPeopleWhoOpenADirectRoomAtOnceGetOne() {
        Person carol = one.person("carol");
        Person dave = one.person("dave");
        var toDave = new RoomCommand.CreateRoom(RoomKind.DIRECT, "", List.of(dave.user()));
        var toCarol = new RoomCommand.CreateRoom(RoomKind.DIRECT, "", List.of(carol.user()));

        var first = one.log().create(carol.caller(), toDave, "c");
        var second = two.log().create(dave.caller(), toCarol, "d");

        Answer.Accepted a = accepted(answer(first));
        Answer.Accepted b = accepted(answer(second));
        assertThat(a.room()).isEqualTo(b.room());
        assertThat(a.duplicate()).isNotEqualTo(b.duplicate());
    }

    /** C32: rights as they are at the commit, not as a cache remembers them. */
    private void inEachRun(Runnable run) {
        for (int i = 0; i < RUNS; i++) {
            run.run();
            begin();
        }
    }

    @Test
    void nothingFollowsABanOfTheOtherNode() {
        inEachRun(() -> nothingFollows(
                new RoomCommand.SetSanction(bob.user(), SanctionKind.BAN, null, null), Refusal.Banned.class));
    }

    @Test
    void nothingFollowsAMuteOfTheOtherNode() {
        inEachRun(() -> nothingFollows(
                new RoomCommand.SetSanction(bob.user(), SanctionKind.MUTE, null, null), Refusal.Muted.class));
    }

    @Test
    void nothingFollowsAFreezeOfTheOtherNode() {
        inEachRun(() -> nothingFollows(
                new RoomCommand.UpdateRoom(null, null, RoomMode.FROZEN, null), Refusal.RoomFrozen.class));
    }

    @Test
    void nothingFollowsARemovalOfTheOtherNode() {
        inEachRun(() -> nothingFollows(new RoomCommand.KickMember(bob.user(), null), Refusal.NotMember.class));
    }

    @Test
    void nothingFollowsALossOfTheRoleThatAllowedIt() {
        inEachRun(() -> {
            one.succeeds(alice, room, new RoomCommand.SetRole(bob.user(), RoomRole.MODERATOR));
            one.succeeds(alice, room, new RoomCommand.UpdateRoom(null, null, RoomMode.READONLY, null));
            nothingFollows(new RoomCommand.SetRole(bob.user(), RoomRole.MEMBER), Refusal.Forbidden.class);
        });
    }

    /** One at most: the first after it, from which the time to wait counts. */
    @Test
    void atMostOneFollowsASlowModeOfTheOtherNode() {
        inEachRun(() -> {
            var slow = new RoomCommand.UpdateRoom(null, null, null, java.time.Duration.ofHours(1));
            long barrier = race(slow, Refusal.SlowMode.class);
            assertThat(events())
                    .filteredOn(e -> e.by().equals(bob.user()) && e.seq() > barrier)
                    .hasSizeLessThanOrEqualTo(1);
        });
    }

    private void nothingFollows(RoomCommand act, Class<? extends Refusal> code) {
        long barrier = race(act, code);
        assertThat(events()).filteredOn(e -> e.by().equals(bob.user())).allMatch(e -> e.seq() < barrier);
    }

    /** Bob sends at one node while Alice acts at the other. @return number of the act; refused are those that came behind it */
    private long race(RoomCommand act, Class<? extends Refusal> code) {
        var sends = new ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < 10; i++) {
            sends.add(two.submits(bob, room, post("b" + i), null));
        }
        var acted = one.submits(alice, room, act, null);
        for (int i = 0; i < 40; i++) {
            sends.add(two.submits(bob, room, post("c" + i), null));
        }

        long barrier = accepted(answer(acted)).seq();

        for (CompletionStage<Answer> send : sends) {
            Answer answer = answer(send);
            if (answer instanceof Answer.Refused) {
                refused(code, answer);
            }
        }
        return barrier;
    }

    @RepeatedTest(20)
    void aSuspensionIsNeverFollowedByAnAnsweredSend() {
        var sends = new ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < 50; i++) {
            sends.add((i % 2 == 0 ? one : two).submits(bob, room, post("b" + i), null));
        }

        one.suspend(bob);

        long headAfter = one.number("select head from room where id = ?", room.value());
        for (CompletionStage<Answer> send : sends) {
            if (answer(send) instanceof Answer.Accepted ok) {
                assertThat(ok.seq()).isLessThanOrEqualTo(headAfter);
            }
        }
        assertThat(one.number("select head from room where id = ?", room.value()))
                .isEqualTo(headAfter);
        refused(Refusal.Forbidden.class, one.does(bob, room, post("late")));
    }

    @RepeatedTest(20)
    void anEndedSignInIsNeverFollowedByAnAnsweredSend() {
        var sends = new ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < 50; i++) {
            sends.add((i % 2 == 0 ? one : two).submits(bob, room, post("b" + i), null));
        }

        two.endSignIn(bob);

        long headAfter = one.number("select head from room where id = ?", room.value());
        sends.forEach(LogFixture::answer);
        assertThat(one.number("select head from room where id = ?", room.value()))
                .isEqualTo(headAfter);
        refused(Refusal.Unauthorized.class, two.does(bob, room, post("late")));
    }

    @Test
    void aRefusalIsNeverMadeFromAStaleState() {
        one.posts(alice, room, "node one knows the room now");
        two.succeeds(alice, room, new RoomCommand.UpdateRoom(null, null, RoomMode.READONLY, null));
        refused(Refusal.Forbidden.class, one.does(bob, room, post("not now")));

        two.succeeds(alice, room, new RoomCommand.UpdateRoom(null, null, RoomMode.OPEN, null));

        accepted(one.does(bob, room, post("now")));
    }

    /** State loaded from the projections equals state evolved from the log, at every number that can be seen. */
    @Test
    void projectionsEqualTheLogAtEveryNumber() throws SQLException {
        CompletableFuture<Void> writing = CompletableFuture.runAsync(this::manyKindsOfCommands);
        long seen = 0;
        int compared = 0;
        try {
            while (!writing.isDone() || seen < one.number("select head from room where id = ?", room.value())) {
                long head = compareInOneSnapshot();
                compared += head == seen ? 0 : 1;
                seen = head;
            }
        } finally {
            writing.join();
        }

        assertThat(compared).isGreaterThan(10);
        assertThat(seen).isGreaterThan(300);
    }

    private void manyKindsOfCommands() {
        Person carol = one.person("carol");
        var stages = new ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < 60; i++) {
            DatabaseFixture node = i % 2 == 0 ? one : two;
            var slow = i % 3 == 0 ? java.time.Duration.ofMillis(1) : java.time.Duration.ZERO;
            for (RoomCommand command : List.of(
                    new RoomCommand.UpdateRoom("name " + i, i % 4 == 0 ? "topic " + i : null, null, slow),
                    new RoomCommand.InviteMember(carol.user(), RoomRole.MEMBER),
                    new RoomCommand.SetSanction(bob.user(), SanctionKind.MUTE, null, null),
                    post("alice " + i),
                    new RoomCommand.LiftSanction(bob.user(), SanctionKind.MUTE),
                    new RoomCommand.SetRole(carol.user(), RoomRole.MODERATOR),
                    new RoomCommand.KickMember(carol.user(), null))) {
                stages.add(node.submits(alice, room, command, null));
            }
            stages.add(two.submits(bob, room, post("bob " + i), null));
            answer(stages.getLast());
        }
        stages.forEach(LogFixture::answer);
    }

    private long compareInOneSnapshot() throws SQLException {
        try (Connection jdbc = one.database.readers().getConnection()) {
            jdbc.setAutoCommit(false);
            jdbc.setTransactionIsolation(snapshotLevel());
            try {
                RoomState stored = RoomRows.states(jdbc, java.util.Set.of(room), Locking.OPTIMISTIC)
                        .get(room);
                Map<String, Membership> members = members(jdbc);
                RoomState evolved = RoomEvolution.nothing(room, stored.epoch());
                var people = new HashMap<String, Membership>();
                for (LoggedEvent event : eventsOf(jdbc, stored.epoch())) {
                    for (Person person : List.of(alice, bob)) {
                        evolve(people, person.user(), evolved, event);
                    }
                    if (event.event() instanceof RoomEvent.MemberJoined joined) {
                        evolve(people, joined.user(), evolved, event);
                    } else if (event.event() instanceof RoomEvent.MemberLeft left) {
                        evolve(people, left.user(), evolved, event);
                    } else if (event.event() instanceof RoomEvent.MemberRoleChanged changed) {
                        evolve(people, changed.user(), evolved, event);
                    }
                    evolved = RoomEvolution.evolve(evolved, event);
                }
                assertThat(stored).isEqualTo(evolved);
                assertThat(members).isEqualTo(people);
                return stored.head();
            } finally {
                jdbc.rollback();
                jdbc.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                jdbc.setAutoCommit(true);
            }
        }
    }

    private static void evolve(
            Map<String, Membership> people, io.confab.kernel.UserId user, RoomState before, LoggedEvent event) {
        Membership now = people.getOrDefault(user.value(), Membership.none(user));
        Membership next = RoomEvolution.evolve(now, before, event);
        if (!next.equals(now)) {
            people.put(user.value(), next);
        }
    }

    private Map<String, Membership> members(Connection jdbc) throws SQLException {
        var members = new HashMap<String, Membership>();
        try (var statement = jdbc.prepareStatement("select * from room_member where room_id = ?")) {
            statement.setString(1, room.value());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var user = new io.confab.kernel.UserId(rows.getString("user_id"));
                    members.put(user.value(), EventRows.membership(user, rows));
                }
            }
        }
        return members;
    }

    private List<LoggedEvent> eventsOf(Connection jdbc, String epoch) throws SQLException {
        var events = new ArrayList<LoggedEvent>();
        try (var statement = jdbc.prepareStatement("select * from room_event where room_id = ? order by seq")) {
            statement.setString(1, room.value());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    events.add(EventRows.event(room, epoch, rows));
                }
            }
        }
        return events;
    }
}
