package io.confab.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.audit.SanctionHistory;
import io.confab.audit.SanctionHistory.Kind;
import io.confab.identity.Account;
import io.confab.identity.Actor;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.identity.SignInSettings;
import io.confab.identity.StaffRight;
import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.LogNode;
import io.confab.log.RoomLog;
import io.confab.moderation.PeopleLists.State;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.SanctionKind;
import io.confab.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What staff know and do about people, on whichever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PeopleContract {
    private static final Instant FIVE = Instant.parse("2099-01-01T05:00:00Z");
    private static final Instant SIX = Instant.parse("2099-01-01T06:00:00Z");
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Ids ids = new Ids();
    private IdentityNode node;
    private LogNode writers;
    private SanctionList sanctions;
    private PersonNotes notes;
    private PersonTimeline timeline;
    private PeopleLists lists;
    private UserList users;
    private StaffMember admin;
    private StaffMember moderator;
    private Actor ann;
    private Actor ben;
    private RoomId room;

    /** Of an empty database. */
    abstract String url();

    @BeforeAll
    void startTheNode() {
        node = new IdentityNode(url());
        node.clock.advance(Duration.ofMinutes(10)); // acts have the time of the database, which goes on
        writers = new LogNode(node.database, new ActWitness(new ActNotes()));
        var right = new StaffRight(SignInSettings.from(new Configuration(key -> Optional.empty())));
        sanctions = new SanctionList(node.database, node.clock);
        notes = new PersonNotes(node.database, right, node.clock);
        timeline = new PersonTimeline(node.database);
        lists = new PeopleLists(node.database, node.acts, node.clock);
        users = new UserList(node.database, node.clock);
        admin = staff(GlobalRole.ADMIN);
        moderator = staff(GlobalRole.MODERATOR);
    }

    private StaffMember staff(GlobalRole role) {
        Account account = node.person(role);
        Actor actor = node.actor(account);
        return new StaffMember(account, actor.signIn(), actor.address());
    }

    @AfterAll
    void stop() {
        writers.close();
        node.close();
    }

    /** Two people, and a room of the first with the second in it. */
    @BeforeEach
    void makeARoom() {
        ann = node.actor(node.person(GlobalRole.USER));
        ben = node.actor(node.person(GlobalRole.USER));
        var create = new RoomCommand.CreateRoom(RoomKind.PUBLIC, "a room", List.of(ben.user()));
        room = accepted(writers.log().create(new Caller(ann.user(), ann.signIn(), Instant.MAX), create, ids.cid()))
                .room();
    }

    private void says(Actor who, RoomCommand command) {
        accepted(writers.log().submit(new RoomLog.Submission(who.user(), who.signIn(), room, command, ids.cid())));
    }

    private static Answer.Accepted accepted(CompletionStage<Answer> stage) {
        Answer answer =
                stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        if (answer instanceof Answer.Accepted accepted) {
            return accepted;
        }
        throw new AssertionError("refused: " + answer);
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError("refused: " + outcome);
    }

    private static Refusal refused(Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?>(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + outcome);
    }

    private static RoomCommand mute(Actor whom, Instant until) {
        return new RoomCommand.SetSanction(whom.user(), SanctionKind.MUTE, until, "too loud");
    }

    private List<SanctionList.Row> of(Actor whom, boolean over) {
        return sanctions
                .page(new SanctionList.Query(over, null, whom.user()), "", 100)
                .rows();
    }

    @Test
    void eachSanctionStandsInTheHistoryWithWhoLaidItWhyAndHowItEnded() {
        says(ann, mute(ben, FIVE));
        says(moderator.actor(), mute(ben, SIX));
        says(moderator.actor(), new RoomCommand.SetSanction(ben.user(), SanctionKind.BAN, null, "worse"));
        done(node.acts.suspend(admin.actor(), ben.user(), null, "everywhere"));
        done(node.acts.suspend(admin.actor(), ben.user(), FIVE, "less"));

        assertThat(of(ben, false))
                .extracting(
                        SanctionList.Row::kind,
                        SanctionList.Row::room,
                        SanctionList.Row::by,
                        SanctionList.Row::overAt,
                        SanctionList.Row::why)
                .containsExactly(
                        tuple(Kind.SUSPENSION, "", admin.user(), FIVE, "less"),
                        tuple(Kind.MUTE, room.value(), moderator.user(), SIX, "too loud"),
                        tuple(Kind.BAN, room.value(), moderator.user(), SanctionHistory.UNTIL_LIFTED, "worse"));
        assertThat(of(ben, true))
                .allSatisfy(row -> assertThat(row.end()).isEqualTo(SanctionList.End.REPLACED))
                .extracting(SanctionList.Row::kind, SanctionList.Row::by, SanctionList.Row::endedBy)
                .containsExactly(
                        tuple(Kind.SUSPENSION, admin.user(), admin.user()),
                        tuple(Kind.MUTE, ann.user(), moderator.user()));

        says(ann, new RoomCommand.LiftSanction(ben.user(), SanctionKind.MUTE));
        done(node.acts.lift(moderator.actor(), ben.user(), "sorry"));

        assertThat(of(ben, false)).extracting(SanctionList.Row::kind).containsExactly(Kind.BAN);
        assertThat(of(ben, true))
                .filteredOn(row -> row.end() == SanctionList.End.LIFTED)
                .extracting(SanctionList.Row::kind, SanctionList.Row::endedBy, SanctionList.Row::endedWhy)
                .containsExactly(tuple(Kind.SUSPENSION, moderator.user(), "sorry"), tuple(Kind.MUTE, ann.user(), null));
    }

    @Test
    void messagesSinceAMomentAreCountedAmongTheLastEventsOfTheirRoom() {
        var rooms = new RoomList(node.database, node.clock);
        var hello = new MessageBody(MessageBody.TEXT, "hello", "{\"text\":\"hello\",\"type\":\"text\"}");
        says(ann, new RoomCommand.PostMessage(hello, null, null));
        says(ben, new RoomCommand.PostMessage(hello, null, null));
        says(ann, mute(ben, FIVE));
        RoomList.Row row = rooms.find(room).orElseThrow();

        assertThat(rooms.spokenSince(row, Instant.EPOCH)).isEqualTo(2);
        assertThat(rooms.spokenSince(row, FIVE)).isZero();
    }

    @Test
    void sanctionThatRunsOutIsOverByTimeAlone() {
        done(node.acts.suspend(admin.actor(), ben.user(), node.clock.instant().plus(Duration.ofHours(1)), "an hour"));
        assertThat(of(ben, false)).hasSize(1);

        node.clock.advance(Duration.ofMinutes(61));
        try {
            assertThat(of(ben, false)).isEmpty();
            assertThat(of(ben, true)).singleElement().satisfies(row -> {
                assertThat(row.end()).isEqualTo(SanctionList.End.RAN_OUT);
                assertThat(row.endedBy()).isNull();
            });
        } finally {
            node.clock.advance(Duration.ofMinutes(-61));
        }
    }

    @Test
    void whatIsRefusedOrWasSoAlreadyLeavesNoSanction() {
        assertThat(node.acts.suspend(ann, ben.user(), null, "a coup")).isInstanceOf(Outcome.Refused.class);
        done(node.acts.lift(admin.actor(), ben.user(), "was not suspended"));
        done(node.acts.suspend(admin.actor(), ben.user(), FIVE, "once"));
        done(node.acts.suspend(admin.actor(), ben.user(), FIVE, "twice"));

        assertThat(of(ben, false)).extracting(SanctionList.Row::why).containsExactly("once");
        assertThat(of(ben, true)).isEmpty();
    }

    @Test
    void pagesOfSanctionsByKeyHaveEachOnceThoughManyLastUntilTheyAreLifted() {
        for (int i = 0; i < 7; i++) {
            done(node.acts.suspend(admin.actor(), node.person(GlobalRole.USER).id(), i < 2 ? FIVE : null, "spam"));
        }
        var all = new ArrayList<SanctionList.Row>();
        String after = "";
        do {
            SanctionList.Page page = sanctions.page(new SanctionList.Query(false, Kind.SUSPENSION, null), after, 2);
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(2);
            all.addAll(page.rows());
            after = page.next();
        } while (!after.isEmpty());

        assertThat(all).extracting(SanctionList.Row::id).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(7);
        assertThat(all).extracting(SanctionList.Row::overAt).isSorted();
        assertThat(all).allSatisfy(row -> assertThat(row.kind()).isEqualTo(Kind.SUSPENSION));
    }

    @Test
    void noteIsWrittenOnceByWhoModeratesAndReadNewestFirst() {
        String id = ids.cid();

        assertThat(done(notes.write(moderator.actor(), ben.user(), " was rude to ann\r\ntwice ", id))
                        .duplicate())
                .isFalse();
        assertThat(done(notes.write(moderator.actor(), ben.user(), "was rude to ann\ntwice", id))
                        .duplicate())
                .isTrue();
        assertThat(refused(notes.write(moderator.actor(), ben.user(), "something else", id)))
                .isInstanceOf(Refusal.CidConflict.class);
        node.clock.advance(Duration.ofSeconds(1));
        done(notes.write(admin.actor(), ben.user(), "said sorry", ids.cid()));

        List<PersonNotes.Note> read = notes.before(ben.user(), Instant.ofEpochMilli(Long.MAX_VALUE), 10);
        assertThat(read)
                .extracting(PersonNotes.Note::by, PersonNotes.Note::text)
                .containsExactly(tuple(admin.user(), "said sorry"), tuple(moderator.user(), "was rude to ann\ntwice"));
        assertThat(notes.before(ben.user(), read.getFirst().at(), 10)).containsExactly(read.getLast());
    }

    @Test
    void noteOfWhoDoesNotModerateOrAboutNobodyOrWithoutWordsIsRefused() {
        StaffMember auditor = staff(GlobalRole.AUDITOR);

        assertThat(refused(notes.write(auditor.actor(), ben.user(), "x", ids.cid())))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(notes.write(ann, ben.user(), "x", ids.cid()))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(notes.write(admin.actor(), new UserId("u_none"), "x", ids.cid())))
                .isInstanceOf(Refusal.NotFound.class);
        for (String text : List.of(" \n", "x".repeat(PersonNotes.MAX_CHARS + 1), "a\0b")) {
            assertThat(refused(notes.write(admin.actor(), ben.user(), text, ids.cid())))
                    .isInstanceOf(Refusal.BadRequest.class);
        }

        assertThat(notes.before(ben.user(), Instant.ofEpochMilli(Long.MAX_VALUE), 10))
                .isEmpty();
    }

    @Test
    void storyOfAPersonHasWhatHappenedInAllRoomsAndToTheAccountEachOnceNewestFirst() {
        says(ann, mute(ben, FIVE));
        done(node.acts.suspend(admin.actor(), ben.user(), FIVE, "spam"));
        done(node.acts.lift(admin.actor(), ben.user(), "sorry"));
        done(notes.write(moderator.actor(), ben.user(), "was rude", ids.cid()));
        node.sql(
                "insert into mod_case (id, target, author_id, state, round, version, reports, score, opened_at, sort_key, changed_at)"
                        + " values (?, ?, ?, 'closed', 1, 2, 3, 5, ?, 0, 0)",
                "k_" + ben.user(),
                ben.user().value(),
                ben.user().value(),
                node.clock.millis());
        node.sql(
                "insert into mod_decision (id, case_id, round, verdict, by_id, command, at, closes, reason, note)"
                        + " values (?, ?, 1, 'agree', ?, ?, ?, true, 'spam', 'as before')",
                "d_" + ben.user(),
                "k_" + ben.user(),
                moderator.user().value(),
                ids.cid(),
                node.clock.millis());

        node.database.transactions().write((em, jdbc) -> {
            AuditTrail.record(
                    jdbc,
                    new AuditLine(
                            moderator.user(),
                            AuditAct.CASE_DECIDED,
                            ben.user().value(),
                            "open",
                            "agree",
                            "spam",
                            null));
            return true;
        });

        List<PersonTimeline.Entry> whole =
                timeline.page(ben.user(), false, "", 100).entries();

        assertThat(whole)
                .extracting(entry ->
                        entry.kind() + " " + (entry.kind() == PersonTimeline.Kind.SIGNED_IN ? "" : entry.what()))
                .containsExactlyInAnyOrder(
                        "SIGNED_IN ",
                        "ACT sanction.set",
                        "ACT user.suspend",
                        "ACT user.unsuspend",
                        "ACT case.decided",
                        "NOTED note",
                        "REPORTED closed",
                        "DECIDED agree");
        assertThat(whole).extracting(PersonTimeline.Entry::at).isSortedAccordingTo(Collections.reverseOrder());
        var paged = new ArrayList<PersonTimeline.Entry>();
        String after = "";
        do {
            PersonTimeline.Page page = timeline.page(ben.user(), false, after, 2);
            paged.addAll(page.entries());
            after = page.next();
        } while (!after.isEmpty());
        assertThat(paged).isEqualTo(whole);
        assertThat(timeline.page(ben.user(), true, "", 100).entries())
                .as("their own")
                .extracting(PersonTimeline.Entry::kind)
                .containsOnly(PersonTimeline.Kind.ACT, PersonTimeline.Kind.SIGNED_IN);
        assertThat(timeline.page(ben.user(), true, "", 100).entries())
                .extracting(PersonTimeline.Entry::what)
                .contains("user.suspend")
                .doesNotContain("case.decided");
    }

    /** So many accounts whose names begin so; nobody signs in as them. */
    private List<UserId> crowd(String prefix, int from, int to) {
        return node.database.transactions().write((em, jdbc) -> {
            var made = new ArrayList<UserId>();
            try (var insert = jdbc.prepareStatement("insert into account (id, username, display_name, password_hash,"
                    + " role, rev, changed_at, created_at) values (?, ?, 'Crowd', '!', 'user', 1, 0, 0)")) {
                for (int i = from; i < to; i++) {
                    UserId id = ids.user();
                    insert.setString(1, id.value());
                    insert.setString(2, String.format(Locale.ROOT, "%s%05d", prefix, i));
                    insert.addBatch();
                    made.add(id);
                }
                insert.executeBatch();
            }
            return made;
        });
    }

    private static UserList.Query named(String prefix) {
        return new UserList.Query(prefix, UserList.Show.EVERYONE, UserList.Sort.USERNAME, true);
    }

    private PeopleLists.Wish suspend(Instant until) {
        return new PeopleLists.Wish(PeopleLists.Act.SUSPEND, until, "spam");
    }

    @Test
    void exactlyThoseWhoWereChosenAreActedOnThoughTheListMoved() {
        String prefix = "m" + ids.random().substring(0, 6).toLowerCase(Locale.ROOT);
        crowd(prefix, 100, 5_100);
        long before = System.nanoTime();
        List<Account> second = users.page(named(prefix), 25, 25).rows();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        var ticked =
                new ArrayList<>(second.subList(0, 3).stream().map(Account::id).toList());
        crowd(prefix, 0, 50);
        users.page(named(prefix), 75, 25).rows().subList(3, 5).forEach(row -> ticked.add(row.id()));
        String list = done(lists.freeze(moderator, ticked));

        PeopleLists.Whole shown = lists.find(list).orElseThrow();
        assertThat(shown.people()).extracting(PeopleLists.Person::id).isEqualTo(ticked);
        assertThat(shown.isBegun()).isFalse();
        PeopleLists.Whole after = done(lists.perform(moderator, list, suspend(FIVE), LONG));

        assertThat(after.isFinished()).isTrue();
        assertThat(after.people())
                .allSatisfy(person -> assertThat(person.state()).isEqualTo(State.DONE));
        assertThat(new AuditTrail(node.database)
                        .search(new AuditTrail.Filter(moderator.user(), "user.suspend", null), 0, 100))
                .extracting(entry -> entry.line().target())
                .containsExactlyInAnyOrderElementsOf(
                        ticked.stream().map(UserId::value).toList());
    }

    @Test
    void allThatMatchAreThoseThatMatchedWhenTheyWereChosen() {
        String prefix = "f" + ids.random().substring(0, 6).toLowerCase(Locale.ROOT);
        List<UserId> those = crowd(prefix, 0, 120);
        List<UserId> all = users.ids(named(prefix), PeopleLists.MOST + 1);
        String list = done(lists.freeze(admin, all));
        crowd(prefix, 200, 205);

        PeopleLists.Whole after =
                done(lists.perform(admin, list, new PeopleLists.Wish(PeopleLists.Act.SUSPEND, null, "spam"), LONG));

        assertThat(after.people()).extracting(PeopleLists.Person::id).containsExactlyElementsOf(those);
        assertThat(after.count(State.DONE)).isEqualTo(120);
        assertThat(users.page(new UserList.Query(prefix, UserList.Show.SUSPENDED, UserList.Sort.USERNAME, true), 0, 1)
                        .total())
                .isEqualTo(120);
    }

    @Test
    void whoVanishedMayNotBeTouchedOrIsSoAlreadyIsToldAndTheOthersAreDone() {
        UserId gone = crowd("gone", 0, 1).getFirst();
        UserId already = node.person(GlobalRole.USER).id();
        done(node.acts.suspend(admin.actor(), already, FIVE, "before"));
        String list = done(lists.freeze(moderator, List.of(gone, already, admin.user(), moderator.user(), ben.user())));
        node.sql("delete from account where id = ?", gone.value());

        assertThat(lists.find(list).orElseThrow().people().getFirst().isThere()).isFalse();
        PeopleLists.Whole after = done(lists.perform(moderator, list, suspend(FIVE), LONG));

        assertThat(after.people())
                .extracting(PeopleLists.Person::state, PeopleLists.Person::told)
                .containsExactly(
                        tuple(State.REFUSED, "no such account"),
                        tuple(State.ALREADY, ""),
                        tuple(State.REFUSED, "only an admin acts on staff"),
                        tuple(State.REFUSED, "nobody does this to themselves"),
                        tuple(State.DONE, ""));
    }

    @Test
    void listIsForOneActOfWhoMadeItAndGoesOnWhereItEnded() {
        List<UserId> three = IntStream.range(0, 3)
                .mapToObj(i -> node.person(GlobalRole.USER).id())
                .toList();
        String list = done(lists.freeze(moderator, three));

        assertThat(refused(lists.perform(admin, list, suspend(FIVE), LONG))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(refused(lists.perform(moderator, "l_none", suspend(FIVE), LONG)))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(refused(
                        lists.perform(moderator, list, new PeopleLists.Wish(PeopleLists.Act.SUSPEND, FIVE, " "), LONG)))
                .isInstanceOf(Refusal.BadRequest.class);
        PeopleLists.Whole begun = done(lists.perform(moderator, list, suspend(FIVE), Duration.ZERO));
        assertThat(begun.isBegun()).isTrue();
        assertThat(begun.isFinished()).isFalse();
        assertThat(refused(lists.perform(
                        moderator, list, new PeopleLists.Wish(PeopleLists.Act.SIGN_OUT, null, "x"), LONG)))
                .isInstanceOf(Refusal.Conflict.class);

        PeopleLists.Whole after = done(lists.perform(moderator, list, suspend(SIX), LONG));

        assertThat(after.count(State.DONE)).isEqualTo(3);
        assertThat(after.people())
                .as("as it was begun")
                .allSatisfy(person -> assertThat(person.suspendedUntil()).isEqualTo(FIVE));
        assertThat(refused(lists.freeze(moderator, List.of()))).isInstanceOf(Refusal.BadRequest.class);
        assertThat(refused(lists.freeze(
                        moderator,
                        IntStream.rangeClosed(0, PeopleLists.MOST)
                                .mapToObj(i -> ids.user())
                                .toList())))
                .isInstanceOf(Refusal.BadRequest.class);
    }

    @Test
    void whatCameOfSomebodyIsKeptWithTheActOrTheActIsNotDone() {
        String list = done(lists.freeze(moderator, List.of(ben.user())));
        node.sql("alter table people_list_member add constraint fails check (list_id <> '" + list
                + "' or state = 'chosen')");
        try {
            assertThatThrownBy(() -> lists.perform(moderator, list, suspend(FIVE), LONG))
                    .isInstanceOf(StoreFailure.class);
        } finally {
            node.sql("alter table people_list_member drop constraint fails");
        }
        assertThat(of(ben, false)).isEmpty();

        PeopleLists.Whole after = done(lists.perform(moderator, list, suspend(FIVE), LONG));

        assertThat(after.people()).extracting(PeopleLists.Person::state).containsExactly(State.DONE);
        assertThat(of(ben, false)).hasSize(1);
    }

    @Test
    void listsAreForgottenAfterAWhile() {
        String old = done(lists.freeze(moderator, List.of(ben.user())));
        node.sql(
                "update people_list set made_at = made_at - ?",
                Duration.ofDays(8).toMillis());

        String fresh = done(lists.freeze(moderator, List.of(ben.user())));

        assertThat(lists.find(old)).isEmpty();
        assertThat(lists.find(fresh)).isPresent();
        assertThat(node.one("select count(*) from people_list_member where list_id = ?", old))
                .isEqualTo("0");
    }

    @Test
    void zoneIsKeptForEachAndGivenUpAgain() {
        var zones = new StaffZones(node.database);

        zones.choose(moderator.user(), ZoneId.of("Asia/Tokyo"));
        zones.choose(moderator.user(), ZoneId.of("America/New_York"));

        assertThat(zones.find(moderator.user())).contains(ZoneId.of("America/New_York"));
        assertThat(zones.find(admin.user())).isEmpty();
        zones.choose(moderator.user(), null);
        assertThat(zones.find(moderator.user())).isEmpty();
        assertThat(StaffZones.named("Mars/Olympus")).isEmpty();
    }

    @Test
    void trailIsSearchedByTimeAlsoTogetherWithWhoAndWhat() {
        done(node.acts.suspend(admin.actor(), ben.user(), FIVE, "spam"));
        done(node.acts.lift(admin.actor(), ben.user(), "sorry"));
        var trail = new AuditTrail(node.database);
        String target = ben.user().value();
        List<AuditTrail.Entry> both = trail.search(new AuditTrail.Filter(null, null, target), 0, 10);
        node.sql("update audit set at = at - 60000 where id = ?", both.getLast().number());
        Instant lifted = both.getFirst().at();
        Instant suspended = both.getLast().at().minusSeconds(60);

        assertThat(acts(trail, new AuditTrail.Filter(null, null, target, suspended, lifted)))
                .containsExactly("user.suspend");
        assertThat(acts(trail, new AuditTrail.Filter(null, null, target, suspended.plusMillis(1), null)))
                .containsExactly("user.unsuspend");
        assertThat(acts(trail, new AuditTrail.Filter(null, "user.suspend", target, null, suspended)))
                .isEmpty();
        assertThat(acts(trail, new AuditTrail.Filter(admin.user(), null, target, suspended, lifted.plusMillis(1))))
                .containsExactly("user.unsuspend", "user.suspend");
        assertThat(trail.count(new AuditTrail.Filter(null, null, target, suspended, null), 10))
                .isEqualTo(2);
    }

    private static List<String> acts(AuditTrail trail, AuditTrail.Filter filter) {
        return trail.search(filter, 0, 10).stream()
                .map(entry -> entry.line().act())
                .toList();
    }

    @Test
    void membersAreFoundByNameAndByWhatIsLaidOnThem() {
        var members = new RoomMembers(node.database, node.clock);
        String name = node.accounts.find(ben.user()).orElseThrow().username();
        says(ann, mute(ben, FIVE));

        assertThat(members.page(room, name.substring(0, 8), false, 0, 10).rows())
                .extracting(RoomMembers.Row::user)
                .containsExactly(ben.user());
        assertThat(members.page(room, ben.user().value(), true, 0, 10).total()).isEqualTo(1);
        assertThat(members.page(room, "", true, 0, 10).rows())
                .extracting(RoomMembers.Row::user)
                .containsExactly(ben.user());
        assertThat(members.page(room, "", false, 0, 10).total()).isEqualTo(2);
        assertThat(members.page(room, "", false, 1, 10).rows()).hasSize(1);
        assertThat(members.page(room, "nobody-has-this", false, 0, 10).rows()).isEmpty();
        assertThat(members.page(room, ann.user().value(), true, 0, 10).rows()).isEmpty();
        says(ann, new RoomCommand.LiftSanction(ben.user(), SanctionKind.MUTE));
        assertThat(members.page(room, "", true, 0, 10).rows()).isEmpty();
    }

    @Test
    void memberIsFoundThoughMoreThanTenThousandElsewhereHaveANameThatBeginsSo() {
        String prefix = "c" + ids.random().substring(0, 6).toLowerCase(Locale.ROOT);
        UserId last = crowd(prefix, 0, Slice.MOST + 2).getLast();
        node.sql(
                "insert into room_member (room_id, user_id, muted_until) values (?, ?, ?)",
                room.value(),
                last.value(),
                FIVE.toEpochMilli());
        var members = new RoomMembers(node.database, node.clock);

        assertThat(members.page(room, prefix, false, 0, 10)).satisfies(found -> {
            assertThat(found.rows()).extracting(RoomMembers.Row::user).containsExactly(last);
            assertThat(found.more()).isFalse();
        });
        assertThat(members.page(room, prefix, true, 0, 10).total()).isEqualTo(1);
    }
}
