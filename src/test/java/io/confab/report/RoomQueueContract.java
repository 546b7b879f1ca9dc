package io.confab.report;

import static io.confab.report.ReportNode.done;
import static io.confab.report.ReportNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.Outcome;
import io.confab.kernel.Caller;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.moderation.Slice;
import io.confab.report.Decisions.Made;
import io.confab.report.ReportNode.Person;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What who moderates a room sees and decides of the reports there, on whichever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RoomQueueContract {
    private static final int RACES = Integer.getInteger("confab.race.runs", 10);

    private final Ids ids = new Ids();

    private ReportNode node;
    private CaseList list;
    private Claims claims;
    /** Writes what is reported. */
    private Person ann;
    /** Reports it. */
    private Person ben;

    private Person owner;
    private Person roy;
    private Person stranger;
    private Person mia;
    private RoomId room;
    private long seq;
    private String caseId;

    abstract String url();

    @BeforeAll
    void open() {
        node = new ReportNode(url());
        list = new CaseList(node.database, node.clock);
        claims = new Claims(node.database, node.settings, node.clock);
    }

    @AfterAll
    void close() {
        node.close();
    }

    @BeforeEach
    void makeCase() {
        ann = node.person();
        ben = node.person();
        owner = node.person();
        roy = node.person();
        stranger = node.person();
        mia = node.person(GlobalRole.MODERATOR);
        room = node.room(owner, RoomKind.PRIVATE, ann, ben, roy);
        role(roy, RoomRole.MODERATOR);
        node.room(stranger, RoomKind.PUBLIC, ben);
        caseId = reported(room, ann, "you are all fools");
        node.line = UnaryOperator.identity();
    }

    private void role(Person of, RoomRole role) {
        node.does(owner, room, new RoomCommand.SetRole(of.user(), role));
    }

    private String reported(RoomId where, Person author, String text) {
        node.clock.advance(Duration.ofMillis(1));
        long said = node.posts(author, where, text);
        node.files(ben, where, said, ReportType.HARASSMENT);
        if (where.equals(room)) {
            seq = said;
        }
        return node.texts("select id from mod_case where target = ?", where.value() + "/" + said)
                .getFirst();
    }

    private long ofCase(String column) {
        return node.number("select " + column + " from mod_case where id = ?", caseId);
    }

    private String state() {
        return node.texts("select state from mod_case where id = ?", caseId).getFirst();
    }

    private Wish wish(Verdict verdict, Remedy... remedies) {
        node.clock.advance(Duration.ofMillis(1)); // what comes later is later
        var asked = List.of(remedies).stream()
                .map(remedy -> new Wish.Asked(remedy, null))
                .toList();
        return new Wish(caseId, ofCase("version"), verdict, asked, "be kind", "noted", ids.cid());
    }

    private Outcome<Made> decides(Person person, Verdict verdict, Remedy... remedies) {
        return node.decisions.decide(person.inRooms(), wish(verdict, remedies));
    }

    private Outcome<Made> staffDecides(Verdict verdict, Remedy... remedies) {
        return node.decisions.decide(mia.staff(), wish(verdict, remedies));
    }

    private Outcome<Made> undoes(Person person, Made made) {
        return node.decisions.undo(person.inRooms(), made.decision().id(), ofCase("version"), ids.cid());
    }

    private boolean isDeleted() {
        return node.number(
                        "select count(*) from room_event where room_id = ? and seq = ? and deleted_seq is not null",
                        room.value(),
                        seq)
                == 1;
    }

    private boolean isMuted(Person who) {
        return node.number(
                        "select count(*) from room_member where room_id = ? and user_id = ? and muted_until > 0",
                        room.value(),
                        who.user().value())
                == 1;
    }

    private List<String> open(Person reader) {
        return listed(reader, CaseRow.State.OPEN);
    }

    private List<String> listed(Person reader, CaseRow.State state) {
        Slice<CaseList.Row> page = list.page(state, reader.inRooms().reach(), 0, 50);
        assertThat(list.count(state, reader.inRooms().reach())).isEqualTo(page.total());
        return page.rows().stream().map(row -> row.about().id()).toList();
    }

    private CaseList.Whole seen(Person reader) {
        return list.find(caseId, reader.inRooms()).orElseThrow();
    }

    private long standing() {
        return node.number(
                "select count(*) from reporter_standing where reporter_id = ? and agreed + disagreed > 0",
                ben.user().value());
    }

    private void assertNothingWasDone() {
        assertThat(state()).isEqualTo("open");
        assertThat(isDeleted()).isFalse();
        assertThat(isMuted(ann)).isFalse();
        assertThat(node.number("select count(*) from mod_decision where case_id = ?", caseId))
                .isZero();
    }

    @Test
    void theySeeTheReportsOfTheirRoomsAndNoOthers() {
        String next = reported(room, ann, "and you too");
        RoomId elsewhere = node.room(stranger, RoomKind.PUBLIC, ann, ben, roy);
        String other = reported(elsewhere, ann, "you are all fools");
        RoomId direct = node.room(roy, RoomKind.DIRECT, ben);
        String between = reported(direct, roy, "psst");
        done(node.reports.person(ben.user(), ann.user(), new Reports.Complaint(ReportType.SPAM, "")));
        String person = node.texts(
                        "select id from mod_case where target = ?", ann.user().value())
                .getFirst();

        assertThat(open(roy)).containsExactly(caseId, next);
        assertThat(open(owner)).containsExactly(caseId, next);
        assertThat(open(stranger)).containsExactly(other);
        assertThat(open(ann)).isEmpty();
        for (String hidden : List.of(other, between, person, "k_none")) {
            assertThat(list.find(hidden, roy.inRooms())).isEmpty();
            assertThat(list.row(hidden, roy.inRooms().reach())).isEmpty();
            assertThat(claims.take(roy.inRooms(), hidden, true)).isEmpty();
        }
        assertThat(list.within(
                        List.of(caseId, other, between, person), roy.inRooms().reach()))
                .containsExactly(caseId);
        assertThat(list.alike(seen(roy).row().about(), roy.inRooms().reach()))
                .extracting(each -> each.row().about().id())
                .containsExactly(next);
        assertThat(seen(roy).former()).extracting(each -> each.about().id()).containsExactly(next);
        assertThat(list.next(caseId, roy.inRooms())).contains(next);
        assertThat(list.after(next, roy.inRooms())).isEmpty();
        assertThat(list.before(next, roy.inRooms())).contains(caseId);
        assertThat(list.next(other, stranger.inRooms())).isEmpty();
    }

    @Test
    void aCaseAboutTheirOwnMessageIsAsOneThatIsNotThere() {
        caseId = reported(room, roy, "I am the law here");

        assertThat(open(roy)).doesNotContain(caseId);
        assertThat(list.find(caseId, roy.inRooms())).isEmpty();
        refused(Refusal.NotFound.class, decides(roy, Verdict.PASS));
        refused(Refusal.NotFound.class, node.decisions.note(roy.inRooms(), caseId, "it was not so", ids.cid()));
        assertThat(open(owner)).contains(caseId);
    }

    @Test
    void whoReportedWhatStaffNotedAndDidElsewhereIsNotTold() {
        done(node.decisions.note(mia.staff(), caseId, "ben is right", ids.cid()));
        done(node.decisions.note(owner.inRooms(), caseId, "it is the third time", ids.cid()));
        done(staffDecides(Verdict.AGREE, Remedy.HIDE, Remedy.WARN, Remedy.SUSPEND));

        var whole = seen(roy);

        assertThat(whole.reports()).isEmpty();
        assertThat(whole.reported()).isEqualTo(1);
        assertThat(whole.row().types()).containsExactly(ReportType.HARASSMENT);
        assertThat(whole.copies().getFirst().texts().getFirst().text()).isEqualTo("you are all fools");
        assertThat(whole.decisions()).extracting(Decision::note).containsExactlyInAnyOrder("", "it is the third time");
        assertThat(whole.decisions())
                .flatExtracting(Decision::acts)
                .extracting(Decision.Act::remedy)
                .containsExactly(Remedy.HIDE);
        assertThat(whole.row().last())
                .isNotNull()
                .extracting(Decision::summary)
                .isEqualTo("agree: hide the message for now");
        assertThat(whole.obstacles()).doesNotContainKeys(Remedy.WARN, Remedy.SUSPEND);
        var late = new Wish(caseId, 1, Verdict.AGREE, List.of(new Wish.Asked(Remedy.DELETE, null)), "x", "", ids.cid());
        assertThat(refused(Refusal.Conflict.class, node.decisions.decide(roy.inRooms(), late))
                        .message())
                .doesNotContain("suspend", "warn");
    }

    @Test
    void whatWasHandedToTheAdminsIsGoneForThemAlsoWhenItIsDecided() {
        done(staffDecides(Verdict.ESCALATE));
        assertThat(open(roy)).isEmpty();
        assertThat(list.find(caseId, roy.inRooms())).isEmpty();
        refused(Refusal.NotFound.class, decides(roy, Verdict.AGREE, Remedy.DELETE));

        Person admin = node.person(GlobalRole.ADMIN);
        done(node.decisions.decide(admin.staff(), wish(Verdict.DISAGREE)));

        assertThat(listed(roy, CaseRow.State.CLOSED)).isEmpty();
        assertThat(list.find(caseId, roy.inRooms())).isEmpty();
        node.files(roy, room, seq, ReportType.SPAM);
        assertThat(open(owner)).as("the next round is theirs again").containsExactly(caseId);
        assertThat(seen(owner).decisions()).isEmpty();
        assertThat(seen(owner).row().last()).isNull();
    }

    @Test
    void theyAgreeWithActsInTheRoomAndItClosesMarkedAsTheirs() {
        var made = done(decides(roy, Verdict.AGREE, Remedy.DELETE, Remedy.MUTE));

        assertThat(made.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(made.decision().byRoom()).isTrue();
        assertThat(state()).isEqualTo("closed");
        assertThat(isDeleted()).isTrue();
        assertThat(isMuted(ann)).isTrue();
        assertThat(node.reports.mine(ben.user(), "", 1).getFirst().outcome()).isEqualTo(ReportOutcome.UPHELD);
        assertThat(listed(roy, CaseRow.State.CLOSED)).contains(caseId);
        assertThat(list.find(caseId, mia.staff())
                        .orElseThrow()
                        .decisions()
                        .getFirst()
                        .who())
                .isEqualTo(roy.username() + ", moderator of the room");
        assertThat(node.texts(
                        "select state_after from audit where act = 'case.decided' and target = ?",
                        room.value() + "/" + seq))
                .singleElement()
                .asString()
                .endsWith(", by a moderator of the room");
    }

    @Test
    void whoeverOwnsARoomBuriesNoReportByIt() {
        for (Verdict verdict : List.of(Verdict.DISAGREE, Verdict.IGNORE, Verdict.ESCALATE)) {
            var plain = new Wish(caseId, 1, verdict, List.of(), "", "it is nothing", ids.cid());
            refused(Refusal.Forbidden.class, node.decisions.decide(owner.inRooms(), plain));
        }
        refused(Refusal.Forbidden.class, decides(owner, Verdict.AGREE));
        refused(Refusal.Forbidden.class, decides(owner, Verdict.AGREE, Remedy.MUTE, Remedy.KICK));
        for (Remedy remedy : List.of(Remedy.SUSPEND, Remedy.WARN)) {
            var refusal = refused(Refusal.BadRequest.class, decides(owner, Verdict.AGREE, Remedy.HIDE, remedy));
            assertThat(refusal.message()).contains("only staff");
        }
        assertNothingWasDone();

        node.does(owner, room, new RoomCommand.HideMessage(seq, null));
        refused(Refusal.Forbidden.class, decides(owner, Verdict.AGREE, Remedy.MUTE));
        done(decides(owner, Verdict.AGREE, Remedy.DELETE));

        assertThat(node.refuses(owner, room, new RoomCommand.RestoreMessage(seq)))
                .as("it is the server's now")
                .isInstanceOf(Refusal.Forbidden.class);
    }

    @Test
    void ofWhatItsAuthorDeletedTheRoomClosesNothing() {
        node.does(ann, room, new RoomCommand.DeleteMessage(seq, null));

        refused(Refusal.Forbidden.class, decides(owner, Verdict.AGREE));
        refused(Refusal.Forbidden.class, decides(owner, Verdict.AGREE, Remedy.MUTE));
        refused(Refusal.BadRequest.class, decides(owner, Verdict.AGREE, Remedy.DELETE));
        assertThat(state()).isEqualTo("open");
        done(decides(owner, Verdict.PASS));
    }

    @Test
    void whatAModeratorOfTheRoomTakesAwayBeforeTheDecisionIsDoneIsTheServersAllTheSame() {
        for (RoomCommand inBetween :
                List.of(new RoomCommand.HideMessage(seq, null), new RoomCommand.DeleteMessage(seq, null))) {
            node.line = beforeHiding(() -> node.does(owner, room, inBetween));
            var made = done(decides(owner, Verdict.AGREE, Remedy.HIDE));
            node.line = UnaryOperator.identity();

            assertThat(made.decision().isPending()).isFalse();
            assertThat(node.refuses(owner, room, new RoomCommand.RestoreMessage(seq)))
                    .isInstanceOf(Refusal.Forbidden.class);
            done(node.decisions.undo(mia.staff(), made.decision().id(), ofCase("version"), ids.cid()));
            assertThat(isDeleted()).isFalse();
        }
    }

    @Test
    void whatStaffTakeAwayByHandBeforeTheDecisionIsDoneTheRoomDoesNotBringBack() {
        node.line = beforeHiding(() -> node.does(mia, room, new RoomCommand.DeleteMessage(seq, null)));
        var made = done(decides(owner, Verdict.AGREE, Remedy.HIDE));
        node.line = UnaryOperator.identity();

        refused(Refusal.Conflict.class, undoes(owner, made));

        assertThat(isDeleted()).isTrue();
    }

    @Test
    void ofWhatTheServerDeletedForOtherReasonsTheRoomClosesNothing() {
        done(node.deletesMany(room, List.of(seq)));

        refused(Refusal.Forbidden.class, decides(owner, Verdict.AGREE));
        done(decides(owner, Verdict.PASS));
    }

    private static UnaryOperator<RoomLog> beforeHiding(Runnable happens) {
        return log -> new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                if (submission.command() instanceof RoomCommand.HideMessage) {
                    happens.run();
                }
                return log.submit(submission);
            }

            @Override
            public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Test
    void whatStaffTookAwayIsNothingThatTheRoomTakesOverAndShowsAgain() {
        node.does(mia, room, new RoomCommand.HideMessage(seq, null));

        for (Remedy remedy : List.of(Remedy.HIDE, Remedy.DELETE)) {
            var refusal = refused(Refusal.BadRequest.class, decides(owner, Verdict.AGREE, remedy));
            assertThat(refusal.message()).contains("staff have taken it away");
        }
        assertThat(seen(owner).obstacles()).containsOnlyKeys(Remedy.HIDE, Remedy.DELETE);

        done(decides(owner, Verdict.AGREE, Remedy.MUTE));
        assertThat(state()).isEqualTo("closed");
        done(staffUndoesTheLast());
        done(staffDecides(Verdict.IGNORE));
        assertThat(isDeleted()).isTrue();
    }

    private Outcome<Made> staffUndoesTheLast() {
        String last = list.find(caseId, mia.staff()).orElseThrow().decisions().stream()
                .filter(Decision::isUndoable)
                .findFirst()
                .orElseThrow()
                .id();
        node.clock.advance(Duration.ofMillis(1));
        return node.decisions.undo(mia.staff(), last, ofCase("version"), ids.cid());
    }

    @Test
    void whatTheRoomTookBackOnceIsForStaffInThisRound() {
        done(undoes(owner, done(decides(owner, Verdict.AGREE, Remedy.HIDE))));

        assertThat(open(owner)).isEmpty();
        assertThat(seen(owner).row().left()).as("its page is there").isTrue();
        refused(Refusal.Conflict.class, decides(owner, Verdict.AGREE, Remedy.HIDE));
        refused(Refusal.Conflict.class, decides(owner, Verdict.PASS));
        Wish read = wish(Verdict.DISAGREE);
        done(node.decisions.note(owner.inRooms(), caseId, "hm", ids.cid()));
        done(node.decisions.decide(mia.staff(), read));
        node.files(roy, room, seq, ReportType.SPAM);
        assertThat(open(owner)).as("in its next round it is theirs again").containsExactly(caseId);
        done(decides(owner, Verdict.AGREE, Remedy.HIDE));
    }

    private void decidedBy(Person by, Verdict verdict, int round, long at, boolean byRoom) {
        node.sql(
                "insert into mod_decision (id, case_id, round, verdict, by_id, command, at, closes, reason, note, by_room)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, '', 'noted', ?)",
                "d_" + ids.random(),
                caseId,
                round,
                verdict.word(),
                by.user().value(),
                ids.cid(),
                at,
                verdict == Verdict.DISAGREE,
                byRoom);
    }

    @Test
    void whoComesTooLateIsNotToldWhatTheAdminsDecidedInAnEarlierRound() {
        done(staffDecides(Verdict.ESCALATE));
        Person admin = node.person(GlobalRole.ADMIN);
        done(node.decisions.decide(admin.staff(), wish(Verdict.DISAGREE)));
        node.files(roy, room, seq, ReportType.SPAM);
        var late = new Wish(caseId, 1, Verdict.PASS, List.of(), "fun", "", ids.cid());

        String told = refused(Refusal.Conflict.class, node.decisions.decide(owner.inRooms(), late))
                .message();

        assertThat(told).doesNotContain(admin.username(), "disagree").contains("has changed");
    }

    @Test
    void howeverMuchWasDecidedInARoundOfTheAdminsNothingOfItIsShown() {
        decidedBy(mia, Verdict.ESCALATE, 1, 1, false);
        for (int i = 0; i < 205; i++) {
            decidedBy(mia, Verdict.UNDO, 1, 2 + i, false);
        }
        node.sql("update mod_case set round = 2, handed_round = 1 where id = ?", caseId);
        decidedBy(mia, Verdict.UNDO, 2, 1_000, false);

        assertThat(seen(owner).decisions()).extracting(Decision::round).containsExactly(2);
        assertThat(list.find(caseId, mia.staff()).orElseThrow().decisions()).hasSize(200);
    }

    @Test
    void whatTheRoomNotesAndDecidesPushesNothingOfStaffOffThePage() {
        decidedBy(mia, Verdict.NOTE, 1, 1, false);
        decidedBy(mia, Verdict.UNDO, 1, 2, false);
        for (int i = 0; i < 205; i++) {
            decidedBy(owner, Verdict.NOTE, 1, 10 + i, true);
            decidedBy(owner, Verdict.PASS, 1, 10 + i, true);
        }

        assertThat(list.find(caseId, mia.staff()).orElseThrow().decisions())
                .filteredOn(decision -> !decision.byRoom())
                .extracting(Decision::verdict)
                .containsExactly(Verdict.UNDO, Verdict.NOTE);
    }

    @Test
    void theRoomNotesSoMuchOfACaseInARoundAndNoMore() {
        for (int i = 0; i < RoomRight.MOST_NOTES; i++) {
            done(node.decisions.note(i % 2 == 0 ? owner.inRooms() : roy.inRooms(), caseId, "hm", ids.cid()));
        }

        refused(Refusal.Conflict.class, node.decisions.note(roy.inRooms(), caseId, "hm", ids.cid()));
        done(node.decisions.note(mia.staff(), caseId, "staff still do", ids.cid()));
        done(staffDecides(Verdict.DISAGREE));
        node.files(roy, room, seq, ReportType.SPAM);
        done(node.decisions.note(owner.inRooms(), caseId, "hm", ids.cid()));
    }

    @Test
    void whyStaffDecidedIsShownWhenAllOfItWasDoneInTheRoomAndElseNot() {
        done(staffDecides(Verdict.AGREE, Remedy.HIDE));
        assertThat(seen(roy).decisions()).extracting(Decision::reason).containsExactly("be kind");

        caseId = reported(room, ann, "and you too");
        done(staffDecides(Verdict.AGREE, Remedy.HIDE, Remedy.SUSPEND));

        assertThat(seen(roy).decisions()).extracting(Decision::reason).containsExactly("");
        assertThat(seen(roy).row().last()).extracting(Decision::reason).isEqualTo("");
    }

    @Test
    void whatTheySaidWhenTheyLeftItToStaffStaysWhateverStaffDoThen() {
        done(decides(roy, Verdict.PASS));
        done(staffDecides(Verdict.DISAGREE));
        done(staffUndoesTheLast());

        assertThat(list.row(caseId, mia.staff().reach()).orElseThrow().passed())
                .extracting(Decision::reason)
                .isEqualTo("be kind");
    }

    @Test
    void aModeratorOfTheRoomTakesNoCaseFromWhoOfStaffLooksAtItAndStaffTakeItFromThem() {
        assertThat(claims.take(roy.inRooms(), caseId, false).orElseThrow().mine())
                .isTrue();
        assertThat(claims.take(owner.inRooms(), caseId, false).orElseThrow().mine())
                .isFalse();
        assertThat(claims.take(owner.inRooms(), caseId, true).orElseThrow().mine())
                .isTrue();

        assertThat(claims.take(mia.staff(), caseId, false).orElseThrow().mine()).isTrue();

        for (boolean over : List.of(true, false)) {
            var claim = claims.take(roy.inRooms(), caseId, over).orElseThrow();
            assertThat(claim.mine()).isFalse();
            assertThat(claim.byName()).isEqualTo(mia.username());
        }
        assertThat(claims.take(node.person(GlobalRole.MODERATOR).staff(), caseId, false)
                        .orElseThrow()
                        .mine())
                .isFalse();
    }

    @Test
    void whatTheRoomDeletedBeforeStaffDeletedAllThatTheySaidOnlyStaffBringBack() {
        var made = done(decides(owner, Verdict.AGREE, Remedy.DELETE));
        String first = caseId;
        caseId = reported(room, ann, "and you too");
        var lately = new Wish.Asked(Remedy.DELETE_RECENT, null, Duration.ofHours(1));
        var all = new Wish(caseId, 1, Verdict.AGREE, List.of(lately), "spam", "", ids.cid());
        done(node.decisions.decide(mia.staff(), all));
        caseId = first;

        assertThat(refused(Refusal.Conflict.class, undoes(owner, made)).message())
                .contains("staff");
        assertThat(state()).isEqualTo("closed");
        done(staffUndoesTheLast());
        assertThat(state()).isEqualTo("open");
    }

    @Test
    void whoDoesNotReachACaseAndWhoOnlyNotesKeepNobodyFromWritingInTheRoomNorWait() throws Exception {
        try (var threads = Executors.newFixedThreadPool(1)) {
            Wish wish = wish(Verdict.AGREE, Remedy.DELETE);
            node.database.transactions().write((em, jdbc) -> {
                try (var holding = jdbc.prepareStatement("update room set head = head where id = ?")) {
                    holding.setString(1, room.value());
                    holding.executeUpdate();
                }
                refused(
                        Refusal.NotFound.class,
                        soon(threads.submit(() -> node.decisions.decide(stranger.inRooms(), wish))));
                done(soon(threads.submit(() -> node.decisions.note(owner.inRooms(), caseId, "hm", ids.cid()))));
                return true;
            });
        }
    }

    private static <T> T soon(Future<T> future) {
        try {
            return future.get(1, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("it waits", e);
        }
    }

    @Test
    void whatStaffTakeBackTheRoomMayDecideAgain() {
        done(decides(owner, Verdict.AGREE, Remedy.HIDE));
        done(staffUndoesTheLast());

        assertThat(open(owner)).containsExactly(caseId);
        done(decides(owner, Verdict.AGREE, Remedy.HIDE));
    }

    @Test
    void whatTheyWouldLetStandLeavesTheirListAndStaysInItsPlaceForStaffWithTheirWords() {
        String other = reported(room, ann, "and you too");
        String first = caseId;
        long key = ofCase("sort_key");

        var made = done(decides(roy, Verdict.PASS));

        assertThat(open(roy)).containsExactly(other);
        assertThat(open(owner)).as("it is the room that leaves it").containsExactly(other);
        assertThat(list.next(other, roy.inRooms())).isEmpty();
        assertThat(state()).isEqualTo("open");
        assertThat(ofCase("sort_key")).isEqualTo(key);
        assertThat(made.decision().summary()).isEqualTo("let it stand; staff decide");
        var row = list.page(CaseRow.State.OPEN, mia.staff().reach(), 0, 100).rows().stream()
                .filter(each -> each.about().id().equals(first))
                .findFirst()
                .orElseThrow();
        assertThat(row.passed()).isNotNull().satisfies(passed -> {
            assertThat(passed.reason()).isEqualTo("be kind");
            assertThat(passed.who()).isEqualTo(roy.username() + ", moderator of the room");
        });
        assertThat(node.reports.mine(ben.user(), "", 2).getLast().outcome()).isEqualTo(ReportOutcome.OPEN);
        refused(Refusal.Conflict.class, decides(owner, Verdict.PASS));
        assertThat(seen(roy).row().passed()).as("its page is there").isNotNull();
    }

    @Test
    void staffWhoAreAboutToDecideAreNotDisturbedByThat() {
        Wish before = wish(Verdict.DISAGREE);
        done(decides(roy, Verdict.PASS));

        done(node.decisions.decide(mia.staff(), before));

        assertThat(state()).isEqualTo("closed");
        assertThat(standing()).isEqualTo(1);
        assertThat(listed(roy, CaseRow.State.CLOSED)).contains(caseId);
        node.files(roy, room, seq, ReportType.SPAM);
        assertThat(open(owner)).as("in its next round it is theirs again").containsExactly(caseId);
    }

    @Test
    void staffLeaveNothingToStaff() {
        refused(Refusal.BadRequest.class, staffDecides(Verdict.PASS));
        refused(
                Refusal.BadRequest.class,
                node.decisions.decide(node.person(GlobalRole.ADMIN).staff(), wish(Verdict.PASS)));
        var silent = new Wish(caseId, 1, Verdict.PASS, List.of(), "", "", ids.cid());
        refused(Refusal.BadRequest.class, node.decisions.decide(roy.inRooms(), silent));
        assertNothingWasDone();
    }

    @Test
    void theirDecisionsRaiseAndLowerNobodysWordNorDoesTakingThemBack() {
        var made = done(decides(roy, Verdict.AGREE, Remedy.HIDE));
        assertThat(standing()).isZero();
        done(undoes(owner, made));
        assertThat(standing()).isZero();

        caseId = reported(room, ann, "and you too");
        var again = done(decides(roy, Verdict.AGREE, Remedy.HIDE));
        reportedAndAgreedByStaff();
        done(node.decisions.undo(mia.staff(), again.decision().id(), ofCase("version"), ids.cid()));

        assertThat(standing()).as("what staff agreed with still counts").isEqualTo(1);
    }

    private void reportedAndAgreedByStaff() {
        String mine = caseId;
        long mySeq = seq;
        caseId = reported(room, ann, "another");
        done(staffDecides(Verdict.AGREE, Remedy.HIDE));
        assertThat(standing()).isEqualTo(1);
        caseId = mine;
        seq = mySeq;
    }

    @Test
    void theyTakeBackWhatTheRoomDecidedAndNotWhatStaffDid() {
        var made = done(decides(roy, Verdict.AGREE, Remedy.DELETE, Remedy.MUTE));
        refused(Refusal.NotFound.class, undoes(stranger, made));

        done(undoes(owner, made));

        assertThat(state()).isEqualTo("open");
        assertThat(isDeleted()).isFalse();
        assertThat(isMuted(ann)).isFalse();
        var ofStaff = done(staffDecides(Verdict.AGREE, Remedy.DELETE));
        refused(Refusal.Forbidden.class, undoes(owner, ofStaff));
        refused(
                Refusal.NotFound.class,
                node.decisions.finish(owner.inRooms(), ofStaff.decision().id()));
        assertThat(isDeleted()).isTrue();
        done(node.decisions.undo(mia.staff(), ofStaff.decision().id(), ofCase("version"), ids.cid()));
        makeCase();
        var theirs = done(decides(roy, Verdict.AGREE, Remedy.DELETE));
        done(node.decisions.undo(mia.staff(), theirs.decision().id(), ofCase("version"), ids.cid()));
        assertThat(isDeleted()).isFalse();
    }

    @Test
    void ranksAreThoseOfTheRoomThoughTheServerActs() {
        caseId = reported(room, owner, "do as I say");
        assertThat(seen(roy).obstacles()).containsOnlyKeys(Remedy.MUTE, Remedy.BAN, Remedy.KICK);
        var refusal = refused(Refusal.BadRequest.class, decides(roy, Verdict.AGREE, Remedy.HIDE, Remedy.MUTE));
        assertThat(refusal.message()).contains("rank above");
        refused(Refusal.BadRequest.class, decides(roy, Verdict.AGREE, Remedy.HIDE, Remedy.KICK));
        assertThat(isMuted(owner)).isFalse();
        done(decides(roy, Verdict.AGREE, Remedy.HIDE));

        Person rob = node.person();
        node.does(owner, room, new RoomCommand.InviteMember(rob.user(), RoomRole.MODERATOR));
        caseId = reported(room, rob, "I am a moderator too");
        var made = done(decides(owner, Verdict.AGREE, Remedy.HIDE, Remedy.MUTE));
        refused(Refusal.BadRequest.class, undoes(roy, made));
        assertThat(isMuted(rob)).isTrue();
        done(undoes(owner, made));
        assertThat(isMuted(rob)).isFalse();
    }

    @Test
    void theyLayNothingOnGlobalStaff() {
        node.does(mia, room, new RoomCommand.UpdateRoom(null, null, null, Duration.ZERO));
        node.does(owner, room, new RoomCommand.InviteMember(mia.user(), RoomRole.MEMBER));
        caseId = reported(room, mia, "I am of staff");

        refused(Refusal.BadRequest.class, decides(owner, Verdict.AGREE, Remedy.HIDE, Remedy.BAN));

        assertThat(seen(owner).obstacles()).containsOnlyKeys(Remedy.MUTE, Remedy.BAN, Remedy.KICK);
        assertThat(isDeleted()).isFalse();
    }

    @Test
    void inAFrozenOrArchivedRoomTheyDecideNothingAsTheyDoNothingThere() {
        node.does(mia, room, new RoomCommand.UpdateRoom(null, null, RoomMode.FROZEN, null));
        refused(Refusal.BadRequest.class, decides(owner, Verdict.AGREE, Remedy.DELETE));
        assertThat(seen(owner).obstacles()).containsKeys(Remedy.HIDE, Remedy.DELETE, Remedy.MUTE);
        node.does(mia, room, new RoomCommand.UpdateRoom(null, null, RoomMode.OPEN, null));
        node.does(owner, room, new RoomCommand.ArchiveRoom());
        refused(Refusal.BadRequest.class, decides(owner, Verdict.AGREE, Remedy.DELETE));

        assertNothingWasDone();
        done(decides(owner, Verdict.PASS));
    }

    @Test
    void whoIsNoModeratorOfTheRoomAnyMoreDecidesNothing() {
        Person banned = node.person();
        node.does(owner, room, new RoomCommand.InviteMember(banned.user(), RoomRole.MODERATOR));
        node.does(owner, room, new RoomCommand.SetSanction(banned.user(), SanctionKind.BAN, null, null));
        role(roy, RoomRole.MEMBER);
        Person auditor = node.person();
        node.does(owner, room, new RoomCommand.InviteMember(auditor.user(), RoomRole.MODERATOR));
        node.sql(
                "update account set role = 'auditor' where id = ?",
                auditor.user().value());
        Person out = node.person();
        node.does(owner, room, new RoomCommand.InviteMember(out.user(), RoomRole.MODERATOR));
        node.sql("update sign_in set ended_at = 1 where id = ?", out.signIn().value());
        Person suspended = node.person();
        node.does(owner, room, new RoomCommand.InviteMember(suspended.user(), RoomRole.MODERATOR));
        node.sql(
                "update account set suspended_until = ? where id = ?",
                253_402_300_799_000L,
                suspended.user().value());

        for (Verdict verdict : List.of(Verdict.AGREE, Verdict.PASS)) {
            Remedy[] remedies = verdict == Verdict.AGREE ? new Remedy[] {Remedy.DELETE} : new Remedy[0];
            refused(Refusal.NotFound.class, decides(roy, verdict, remedies));
            refused(Refusal.NotFound.class, decides(banned, verdict, remedies));
            refused(Refusal.NotFound.class, decides(stranger, verdict, remedies));
            refused(Refusal.NotFound.class, decides(ann, verdict, remedies));
            refused(Refusal.Forbidden.class, decides(auditor, verdict, remedies));
            refused(Refusal.Unauthorized.class, decides(out, verdict, remedies));
            refused(Refusal.Forbidden.class, decides(suspended, verdict, remedies));
        }
        refused(Refusal.NotFound.class, node.decisions.note(roy.inRooms(), caseId, "hm", ids.cid()));
        refused(Refusal.Forbidden.class, node.decisions.decide(owner.staff(), wish(Verdict.AGREE, Remedy.DELETE)));
        assertNothingWasDone();
    }

    @Test
    void aDemotionThatRacesIsBeforeTheDecisionOrAfterIt() throws Exception {
        for (int i = 0; i < RACES; i++) {
            makeCase();
            Wish wish = wish(Verdict.AGREE, Remedy.DELETE);
            var together = new CyclicBarrier(2);
            try (var threads = Executors.newFixedThreadPool(2)) {
                var demotion = threads.submit(() -> {
                    together.await();
                    return node.does(owner, room, new RoomCommand.SetRole(roy.user(), RoomRole.MEMBER));
                });
                var decision = threads.submit(() -> {
                    together.await();
                    return node.decisions.decide(roy.inRooms(), wish);
                });
                assertThat(demotion.get()).isPositive();
                if (decision.get() instanceof Outcome.Done<Made>) {
                    assertThat(isDeleted()).isTrue();
                } else {
                    refused(Refusal.NotFound.class, decision.get());
                    assertNothingWasDone();
                }
            }
        }
    }

    @Test
    void aDemotionWaitsForTheDecisionThatHoldsTheRoomAndTheDecisionForADemotionThatDoes() throws Exception {
        try (var threads = Executors.newFixedThreadPool(1)) {
            var late = node.database.transactions().write((em, jdbc) -> {
                try (var demoting = jdbc.prepareStatement("update room set head = head where id = ?");
                        var member = jdbc.prepareStatement(
                                "update room_member set role = 'member' where room_id = ? and user_id = ?")) {
                    demoting.setString(1, room.value());
                    demoting.executeUpdate();
                    Wish wish = wish(Verdict.AGREE, Remedy.DELETE);
                    var decision = threads.submit(() -> node.decisions.decide(roy.inRooms(), wish));
                    awaitLocked();
                    assertThat(decision.isDone()).isFalse();
                    member.setString(1, room.value());
                    member.setString(2, roy.user().value());
                    member.executeUpdate();
                    return decision;
                }
            });

            refused(Refusal.NotFound.class, late.get());
        }
        assertNothingWasDone();
    }

    /** Until somebody waits for a lock. */
    private void awaitLocked() {
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> node.number(waiting()) > 0);
    }

    abstract String waiting();

    @Test
    void whatAModeratorOfTheRoomLooksAtIsNotPassedOverByStaff() {
        String other = reported(room, ann, "and you too");
        assertThat(claims.take(roy.inRooms(), other, false)).isPresent();

        assertThat(list.after(caseId, mia.staff())).contains(other);
        assertThat(list.after(caseId, owner.inRooms())).isEmpty();
        assertThat(list.row(other, mia.staff().reach()).orElseThrow().claimant())
                .isEqualTo(roy.username());

        Person max = node.person(GlobalRole.MODERATOR);
        assertThat(claims.take(max.staff(), other, true)).isPresent();
        assertThat(list.after(caseId, mia.staff())).isNotEqualTo(java.util.Optional.of(other));
    }

    @Test
    void severalAreDecidedTogetherAsFarAsTheyReach() {
        String next = reported(room, ann, "and you too");
        RoomId elsewhere = node.room(stranger, RoomKind.PUBLIC, ann, ben);
        String other = reported(elsewhere, ann, "you are all fools");
        var also = List.of(new Decisions.Other(next, 1), new Decisions.Other(other, 1));

        var together = done(node.decisions.decide(roy.inRooms(), wish(Verdict.AGREE, Remedy.HIDE), also));

        assertThat(done(together.others().get(also.getFirst())).decision().byRoom())
                .isTrue();
        refused(Refusal.NotFound.class, together.others().get(also.getLast()));
        assertThat(node.texts("select state from mod_case where id = ?", other)).containsExactly("open");
    }

    @Test
    void theSameCommandIsDecidedOnce() {
        Wish wish = wish(Verdict.PASS);
        var first = done(node.decisions.decide(roy.inRooms(), wish));

        var again = done(node.decisions.decide(roy.inRooms(), wish));

        assertThat(again.duplicate()).isTrue();
        assertThat(again.decision().id()).isEqualTo(first.decision().id());
    }
}
