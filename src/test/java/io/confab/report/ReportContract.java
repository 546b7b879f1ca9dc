package io.confab.report;

import static io.confab.report.ReportNode.HIDE_SCORE;
import static io.confab.report.ReportNode.PER_DAY;
import static io.confab.report.ReportNode.done;
import static io.confab.report.ReportNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.report.ReportNode.Person;
import io.confab.report.Reports.Complaint;
import io.confab.report.Reports.Filed;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.SanctionKind;
import io.confab.store.Sql;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What people report, on whichever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReportContract {
    private static final Complaint SPAM = new Complaint(ReportType.SPAM, "buy nothing of them");
    /** Of one message; ten thousand by hand: {@code -Dconfab.reports=10000}. */
    private static final int MANY = Integer.getInteger("confab.reports", 300);

    private ReportNode node;
    private Person ann;
    private Person ben;
    private RoomId room;
    private long seq;

    abstract String url();

    @BeforeAll
    void open() {
        node = new ReportNode(url());
    }

    @AfterAll
    void close() {
        node.close();
    }

    @BeforeEach
    void makeRoom() {
        ann = node.person();
        ben = node.person();
        room = node.room(ann, RoomKind.PUBLIC, ben);
        seq = node.posts(ann, room, "as it was");
    }

    private String key() {
        return room.value() + "/" + seq;
    }

    private long ofCase(String column) {
        return node.number("select " + column + " from mod_case where target = ?", key());
    }

    /** The texts that were kept, by the number of the event that had them. */
    private List<List<String>> kept() {
        return node
                .texts(
                        "select e.document from mod_evidence e join mod_case c on c.id = e.case_id where c.target = ?"
                                + " order by e.text_seq",
                        key())
                .stream()
                .map(document -> Evidence.texts(Json.read(document)).stream()
                        .map(text -> text.body().path("text").asText())
                        .toList())
                .toList();
    }

    private Person member() {
        Person person = node.person();
        node.does(person, room, new RoomCommand.JoinRoom());
        return person;
    }

    private static <T> List<T> atOnce(List<Callable<T>> all) throws Exception {
        try (var threads = Executors.newFixedThreadPool(Math.min(16, all.size()))) {
            var results = new ArrayList<T>();
            for (Future<T> future : threads.invokeAll(all)) {
                results.add(future.get());
            }
            return results;
        }
    }

    @Test
    void aReportOpensOneCaseAndKeepsWhatWasSaid() {
        Filed filed = done(node.reports.message(ben.user(), room, seq, SPAM));

        assertThat(filed.duplicate()).isFalse();
        assertThat(filed.report().outcome()).isEqualTo(ReportOutcome.OPEN);
        assertThat(kept()).containsExactly(List.of("as it was"));
        assertThat(node.reports.mine(ben.user(), "", 10)).containsExactly(filed.report());
        assertThat(node.texts("select author_id from mod_case where target = ?", key()))
                .containsExactly(ann.user().value());
    }

    @Test
    void whoReportsAgainGetsTheFirstReportBack() {
        Filed first = done(node.reports.message(ben.user(), room, seq, SPAM));

        Filed second = done(node.reports.message(ben.user(), room, seq, new Complaint(ReportType.HATE, "and more")));

        assertThat(second).isEqualTo(new Filed(first.report(), true));
        assertThat(ofCase("reports")).isEqualTo(1);
    }

    @Test
    void reportsOfSeveralPeopleAreOneCaseWhoseScoreIsTheirSum() {
        node.files(ben, room, seq, ReportType.SPAM);
        long before = ofCase("sort_key");

        node.files(member(), room, seq, ReportType.VIOLENCE);

        assertThat(ofCase("reports")).isEqualTo(2);
        assertThat(ofCase("score")).isEqualTo(10 + 40);
        assertThat(before - ofCase("sort_key")).isEqualTo(40 * Cases.PER_POINT.toMillis());
    }

    @Test
    void aReportByStaffWeighsMore() {
        Person moderator = node.person(GlobalRole.MODERATOR);
        node.does(moderator, room, new RoomCommand.JoinRoom());

        node.files(moderator, room, seq, ReportType.SPAM);

        assertThat(ofCase("score")).isEqualTo(10 + Cases.STAFF_BONUS);
    }

    @Test
    void whoseReportsWereRightWeighsMoreThanWhoseWereWrong() {
        Person right = member();
        Person wrong = member();
        String insert = "insert into reporter_standing (reporter_id, agreed, disagreed) values (?, ?, ?)";
        node.sql(insert, right.user().value(), 98.0, 0.0);
        node.sql(insert, wrong.user().value(), 0.0, 98.0);

        node.files(right, room, seq, ReportType.HARASSMENT);
        long afterRight = ofCase("score");
        node.files(wrong, room, seq, ReportType.HARASSMENT);

        assertThat(afterRight).isEqualTo(30);
        assertThat(ofCase("score") - afterRight).isEqualTo(10);
    }

    @Test
    void whatWasReportedStaysAsItWasWhateverBecomesOfTheMessage() {
        node.edits(ann, room, seq, "as it was changed");
        node.files(ben, room, seq, ReportType.SPAM);
        node.edits(ann, room, seq, "harmless");
        node.files(member(), room, seq, ReportType.SPAM);

        node.does(ann, room, new RoomCommand.DeleteMessage(seq, null));

        assertThat(kept())
                .containsExactly(
                        List.of("as it was", "as it was changed"),
                        List.of("as it was", "as it was changed", "harmless"));
        assertThat(refused(Refusal.NotFound.class, node.reports.message(member().user(), room, seq, SPAM))
                        .message())
                .contains("has been deleted");
        assertThat(ofCase("reports")).isEqualTo(2);
    }

    @Test
    void ofManyEditsTheFirstTextAndTheLastAreKept() {
        for (int i = 1; i <= 60; i++) {
            node.edits(ann, room, seq, "edit " + i);
        }

        node.files(ben, room, seq, ReportType.SPAM);

        assertThat(kept().getFirst())
                .hasSize(51)
                .startsWith("as it was", "edit 11")
                .endsWith("edit 60");
    }

    @Test
    void whoMayNotReadMayNotReportAndLearnsNothing() {
        Person stranger = node.person();
        RoomId hidden = node.room(ann, RoomKind.PRIVATE, ben);
        long secret = node.posts(ann, hidden, "between us");
        node.does(ann, room, new RoomCommand.SetSanction(ben.user(), SanctionKind.BAN, null, null));

        var there = node.reports.message(stranger.user(), hidden, secret, SPAM);
        var nowhere = node.reports.message(stranger.user(), new RoomId("r_nowhere"), 1, SPAM);

        assertThat(there).isEqualTo(nowhere);
        refused(Refusal.NotFound.class, there);
        refused(Refusal.NotMember.class, node.reports.message(stranger.user(), room, seq, SPAM));
        refused(Refusal.Banned.class, node.reports.message(ben.user(), room, seq, SPAM));
        refused(Refusal.NotFound.class, node.reports.message(ann.user(), hidden, secret + 5, SPAM));
        refused(Refusal.NotFound.class, node.reports.message(ann.user(), hidden, 1, SPAM)); // an event, no message
        assertThat(node.number("select count(*) from mod_case where room_id in (?, ?)", room.value(), hidden.value()))
                .isZero();
    }

    @Test
    void nobodyReportsThemselvesOrWhatIsNotThere() {
        refused(Refusal.BadRequest.class, node.reports.message(ann.user(), room, seq, SPAM));
        refused(Refusal.BadRequest.class, node.reports.person(ann.user(), ann.user(), SPAM));
        refused(Refusal.NotFound.class, node.reports.person(ann.user(), new io.confab.kernel.UserId("u_nobody"), SPAM));
        refused(
                Refusal.BadRequest.class,
                node.reports.message(ben.user(), room, seq, new Complaint(ReportType.OTHER, " \u200B")));
    }

    @Test
    void nobodyReportsTheServerItself() {
        refused(Refusal.BadRequest.class, node.reports.person(ann.user(), io.confab.kernel.UserId.SERVER, SPAM));
        assertThat(node.number("select count(*) from mod_case where author_id = 'u_confab'"))
                .isZero();
    }

    @Test
    void aPersonIsReportedOnceByEachAndNameAsItWasIsKept() {
        done(node.reports.person(ben.user(), ann.user(), SPAM));
        Filed again = done(node.reports.person(ben.user(), ann.user(), SPAM));

        assertThat(again.duplicate()).isTrue();
        assertThat(again.report().target()).isEqualTo(new Target.Person(ann.user()));
        assertThat(node.texts(
                        "select e.document from mod_evidence e join mod_case c on c.id = e.case_id where c.target = ?",
                        ann.user().value()))
                .singleElement()
                .satisfies(document -> assertThat(
                                Json.read(document).path("username").asText())
                        .isEqualTo(ann.username()));
    }

    @Test
    void whoReportedEnoughForADayWaitsForTheNext() {
        for (int i = 0; i < PER_DAY; i++) {
            node.files(ben, room, node.posts(ann, room, "more"), ReportType.SPAM);
        }
        long last = node.posts(ann, room, "and more");

        var limited = refused(Refusal.RateLimited.class, node.reports.message(ben.user(), room, last, SPAM));
        assertThat(limited.retryAfter()).isBetween(Duration.ofHours(23), Duration.ofHours(24));
        node.clock.advance(Duration.ofHours(25));

        assertThat(node.files(ben, room, last, ReportType.SPAM).duplicate()).isFalse();
    }

    @Test
    void ownReportsComeInPagesNewestFirst() {
        var filed = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            filed.addFirst(node.files(ben, room, node.posts(ann, room, "more"), ReportType.SPAM)
                    .report()
                    .id());
            node.clock.advance(Duration.ofMillis(i % 2)); // some at the same moment
        }

        var seen = new ArrayList<String>();
        List<Reports.Mine> page = node.reports.mine(ben.user(), "", 2);
        while (!page.isEmpty()) {
            page.forEach(report -> seen.add(report.id()));
            page = node.reports.mine(ben.user(), seen.getLast(), 2);
        }

        assertThat(seen).containsExactlyInAnyOrderElementsOf(filed).doesNotHaveDuplicates();
        assertThat(node.reports.mine(ann.user(), seen.getFirst(), 2)).isEmpty();
    }

    @Test
    void peopleWhoReportTheSameAtTheSameMomentMakeOneCase() throws Exception {
        List<Person> people = IntStream.range(0, 20).mapToObj(i -> member()).toList();

        List<Filed> filed = atOnce(people.stream()
                .map(person -> (Callable<Filed>) () -> node.files(person, room, seq, ReportType.SPAM))
                .toList());

        assertThat(filed).extracting(Filed::duplicate).containsOnly(false);
        assertThat(ofCase("reports")).isEqualTo(20);
        assertThat(ofCase("score")).isEqualTo(200);
        assertThat(kept()).hasSize(1);
    }

    @Test
    void onePersonWhoReportsTwiceAtTheSameMomentHasOneReport() throws Exception {
        List<Filed> filed = atOnce(IntStream.range(0, 8)
                .mapToObj(i -> (Callable<Filed>) () -> node.files(ben, room, seq, ReportType.SPAM))
                .toList());

        assertThat(filed).extracting(Filed::duplicate).containsOnlyOnce(false);
        assertThat(filed)
                .extracting(each -> each.report().id())
                .containsOnly(filed.getFirst().report().id());
        assertThat(ofCase("reports")).isEqualTo(1);
    }

    @Test
    void beyondTheFirstHundredReportsAreKeptAndTheCaseIsLeftAlone() throws Exception {
        List<Person> people = IntStream.range(0, MANY).mapToObj(i -> member()).toList();

        atOnce(people.stream()
                .map(person -> (Callable<Filed>) () -> node.files(person, room, seq, ReportType.SPAM))
                .toList());

        assertThat(ofCase("reports")).isEqualTo(Cases.MOST_COUNTED);
        assertThat(ofCase("score")).isEqualTo(10L * Cases.MOST_COUNTED);
        assertThat(node.number(
                        "select count(*) from report r join mod_case c on c.id = r.case_id where c.target = ?", key()))
                .isEqualTo(MANY);
        assertThat(kept()).hasSize(1);
        Filed late = node.database.transactions().write((em, jdbc) -> {
            Sql.update(jdbc, "update mod_case set changed_at = changed_at where target = ?", key());
            return node.files(ben, room, seq, ReportType.SPAM); // though somebody holds the case's row
        });
        assertThat(late.duplicate()).isFalse();
    }

    @Test
    void theServerHidesWhatComesToTheScoreAndTheCaseStaysOpen() {
        node.files(ben, room, seq, ReportType.SPAM);
        node.sql("update mod_case set score = ? where target = ?", HIDE_SCORE - 11, key());
        node.files(member(), room, seq, ReportType.SPAM);
        long before = hidden();

        node.files(member(), room, seq, ReportType.SPAM);

        assertThat(before).isZero();
        assertThat(hidden()).isEqualTo(1);
        assertThat(node.texts("select actor_id from audit where target = ? and act = 'msg.hidden'", key()))
                .containsExactly(io.confab.kernel.UserId.SERVER.value());
        assertThat(node.texts("select state from mod_case where target = ?", key()))
                .containsExactly("open");
        assertThat(kept()).containsExactly(List.of("as it was"));
    }

    @Test
    void fromWhichScoreOnItHidesIsWhatAnAdminDecidedLastWhileItRuns() {
        var admin = node.person(GlobalRole.ADMIN).staff().actor();
        var moderator = node.person(GlobalRole.MODERATOR).staff().actor();
        try {
            refused(Refusal.Forbidden.class, node.hiding.decide(moderator, 10, "x"));
            refused(Refusal.BadRequest.class, node.hiding.decide(admin, -1, "x"));
            refused(Refusal.BadRequest.class, node.hiding.decide(admin, 10, " "));
            assertThat(node.hiding.score()).as("the setting").isEqualTo(HIDE_SCORE);

            assertThat(done(node.hiding.decide(admin, 0, "it hid too much"))).isTrue();
            node.files(ben, room, seq, ReportType.SPAM);
            node.sql("update mod_case set score = ? where target = ?", 2 * HIDE_SCORE, key());
            node.files(member(), room, seq, ReportType.SPAM);
            assertThat(hidden()).as("never").isZero();

            assertThat(done(node.hiding.decide(admin, HIDE_SCORE, "a wave"))).isTrue();
            assertThat(done(node.hiding.decide(admin, HIDE_SCORE, "again"))).isFalse();
            node.files(member(), room, seq, ReportType.SPAM);
            assertThat(hidden()).isEqualTo(1);
            assertThat(node.texts("select state_after from audit where act = 'policy.hide_score' order by id"))
                    .containsExactly("0", Integer.toString(HIDE_SCORE));
        } finally {
            node.sql("delete from policy where name = 'hide_score'");
        }
    }

    private long hidden() {
        return node.number(
                "select count(*) from room_event where room_id = ? and seq = ? and deleted_seq is not null",
                room.value(),
                seq);
    }
}
