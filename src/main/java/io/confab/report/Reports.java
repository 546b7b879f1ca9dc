package io.confab.report;

import io.confab.directory.ReadRight;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import io.confab.log.RoomReader;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * People report messages and persons. A report joins the case of its target, or opens it, and copies what was reported, in
 * one transaction. Who reports a target again gets their first report back. Thread-safe; throws {@link StoreFailure}.
 */
@Singleton
public class Reports {
    /** Code points of what a reporter adds in words; the column's length. */
    public static final int MAX_TEXT_CHARS = 1_000;

    private static final Duration DAY = Duration.ofDays(1);
    private static final int ATTEMPTS = 5;
    private static final int MOST_TOLD = 1_000;
    private static final Refusal NOTHING_THERE =
            new Refusal.NotFound("there is no such message, or it has been deleted");

    private static final String COLUMNS = "select r.id, c.room_id, c.seq, c.author_id, r.type, r.text, r.at,"
            + " d.verdict, d.at as decided_at from report r join mod_case c on c.id = r.case_id"
            // index mod_decision_case
            + " left join mod_decision d on d.case_id = r.case_id and d.round = r.round and d.closes"
            + " and d.undone_by is null where ";
    // unique target of mod_case, then report_once
    private static final String OF_TARGET = COLUMNS + "c.target = ? and r.reporter_id = ?";
    // index report_reporter
    private static final String MINE = COLUMNS
            + "r.reporter_id = ? and (r.at < ? or (r.at = ? and r.id < ?)) order by r.at desc, r.id desc limit ?";
    // indexes mod_decision_case and report_once
    private static final String DECIDED = "select r.id, r.reporter_id, d.verdict, d.at from mod_decision d"
            + " join report r on r.case_id = d.case_id and r.round = d.round where d.case_id = ? and d.round = ?"
            + " and d.closes and d.undone_by is null order by r.at, r.id limit " + MOST_TOLD;
    private static final String PLACE = "select at from report where id = ? and reporter_id = ?";
    private static final String TODAY =
            "select count(*) from (select 1 from report where reporter_id = ? and at > ? limit ?) as today";
    private static final String OLDEST_TODAY =
            "select at from report where reporter_id = ? and at > ? order by at limit 1";
    private static final String ADD_EVIDENCE =
            "insert into mod_evidence (case_id, text_seq, taken_at, document)" + " values (?, ?, ?, ?)";
    private static final String HAS_EVIDENCE = "select 1 from mod_evidence where case_id = ? and text_seq = ?";
    private static final String ADD = "insert into report (id, case_id, reporter_id, round, type, text, text_seq,"
            + " points, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Transactions transactions;
    private final Reads reads;
    private final ReadRight right;
    private final AutoHide autoHide;
    private final ReportSettings settings;
    private final Clock clock;
    private final Ids ids = new Ids();

    @Inject
    public Reports(Database database, ReadRight right, AutoHide autoHide, ReportSettings settings, Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.right = right;
        this.autoHide = autoHide;
        this.settings = settings;
        this.clock = clock;
    }

    /** What somebody says is wrong. @param text in words; needed for {@link ReportType#OTHER}, else may be empty */
    public record Complaint(ReportType type, String text) {}

    /** A report as its reporter sees it. @param decidedAt null: not decided yet */
    public record Mine(
            String id,
            Target target,
            ReportType type,
            String text,
            Instant at,
            ReportOutcome outcome,
            @Nullable Instant decidedAt) {}

    /** @param duplicate this person had reported this already: that report */
    public record Filed(Mine report, boolean duplicate) {}

    /** What became of a report, to be told to its reporter. */
    public record Decided(String report, UserId reporter, ReportOutcome outcome, Instant at) {}

    private record Filing(UserId reporter, Target target, Complaint complaint, int bonus) {}

    /**
     * Reports a message that the reporter may read. Refused as reading it would be; {@code not_found} when there is no such
     * message any more, {@code bad_request} for one's own, {@code rate_limited} beyond the reports of a day.
     */
    public Outcome<Filed> message(UserId reporter, RoomId room, long seq, Complaint complaint) {
        return switch (right.of(reporter, room)) {
            case ReadRight.Answer.MayNot(Refusal refusal) -> Outcome.refused(refusal);
            case ReadRight.Answer.May(RoomReader.Access access) -> {
                var message = new Target.Message(room, seq);
                int bonus = access.role().moderates() ? Cases.STAFF_BONUS : 0;
                Outcome<Filed> outcome = file(new Filing(reporter, message, complaint, bonus));
                if (outcome instanceof Outcome.Done<Filed>(Filed filed) && !filed.duplicate()) {
                    autoHide.reported(message);
                }
                yield outcome;
            }
        };
    }

    /** Reports a person as such: what they call themselves, how they behave. Refused likewise. */
    public Outcome<Filed> person(UserId reporter, UserId person, Complaint complaint) {
        return file(new Filing(reporter, new Target.Person(person), complaint, 0));
    }

    /** The person's own reports, newest first. @param before the id of one of them, or empty */
    public List<Mine> mine(UserId reporter, String before, int limit) {
        long at = before.isEmpty()
                ? Long.MAX_VALUE
                : reads.first(PLACE, row -> row.getLong(1), before, reporter.value())
                        .orElse(0L);
        return reads.list(MINE, Reports::mine, reporter.value(), at, at, before, limit);
    }

    /** What is to be told of a round that was closed: to the first thousand who reported it. */
    public List<Decided> decided(CaseRow about) {
        return reads.list(DECIDED, Reports::decided, about.id(), about.round());
    }

    private static Decided decided(ResultSet row) throws SQLException {
        return new Decided(
                row.getString("id"),
                new UserId(row.getString("reporter_id")),
                Verdict.outcome(row.getString("verdict")),
                Instant.ofEpochMilli(row.getLong("at")));
    }

    private Outcome<Filed> file(Filing filing) {
        Optional<Refusal> problem = problem(filing.complaint());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        StoreFailure last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return transactions.write((em, jdbc) -> file(jdbc, filing));
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict e) {
                last = e; // the case, the copy or this very report was made meanwhile: now it is there
            }
        }
        throw new IllegalStateException("a report met others " + ATTEMPTS + " times", last);
    }

    private static Optional<Refusal> problem(Complaint complaint) {
        String text = complaint.text();
        if (text.codePointCount(0, text.length()) > MAX_TEXT_CHARS) {
            return Optional.of(new Refusal.BadRequest("'text' must have at most " + MAX_TEXT_CHARS + " characters"));
        }
        return complaint.type() == ReportType.OTHER && VisibleText.showsNothing(text)
                ? Optional.of(new Refusal.BadRequest("say in 'text' what is wrong"))
                : Optional.empty();
    }

    private Outcome<Filed> file(Connection jdbc, Filing filing) throws SQLException {
        String reporter = filing.reporter().value();
        Optional<Mine> known =
                Sql.first(jdbc, OF_TARGET, Reports::mine, filing.target().key(), reporter);
        if (known.isPresent()) {
            return Outcome.done(new Filed(known.get(), true));
        }
        Optional<Refusal> limited = limit(jdbc, reporter);
        if (limited.isPresent()) {
            return Outcome.refused(limited.get());
        }
        Optional<Evidence> evidence = Evidence.take(jdbc, filing.target());
        if (evidence.isEmpty()) {
            return Outcome.refused(
                    filing.target() instanceof Target.Person
                            ? new Refusal.NotFound("there is no such user")
                            : NOTHING_THERE);
        }
        if (evidence.get().author().equals(UserId.SERVER)) {
            return Outcome.refused(new Refusal.BadRequest("that is the server itself: nobody reports it"));
        }
        if (evidence.get().author().equals(filing.reporter())) {
            return Outcome.refused(new Refusal.BadRequest("nobody reports themselves"));
        }
        return Outcome.done(new Filed(add(jdbc, filing, evidence.get()), false));
    }

    private Mine add(Connection jdbc, Filing filing, Evidence evidence) throws SQLException {
        long now = clock.millis();
        String reporter = filing.reporter().value();
        Complaint complaint = filing.complaint();
        int points = Standing.points(jdbc, reporter, complaint.type()) + filing.bonus();
        Cases.Joined joined = Cases.join(jdbc, filing.target(), evidence, points, now);
        String report = "p_" + ids.random();
        if (Sql.first(jdbc, HAS_EVIDENCE, row -> 1, joined.caseId(), evidence.textSeq())
                .isEmpty()) {
            Sql.update(jdbc, ADD_EVIDENCE, joined.caseId(), evidence.textSeq(), now, evidence.document());
        }
        Sql.update(
                jdbc,
                ADD,
                report,
                joined.caseId(),
                reporter,
                joined.round(),
                complaint.type().word(),
                complaint.text(),
                evidence.textSeq(),
                joined.counts() ? (Integer) points : null,
                now);
        return new Mine(
                report,
                filing.target(),
                complaint.type(),
                complaint.text(),
                Instant.ofEpochMilli(now),
                ReportOutcome.OPEN,
                null);
    }

    private Optional<Refusal> limit(Connection jdbc, String reporter) throws SQLException {
        long yesterday = clock.millis() - DAY.toMillis();
        int today = Sql.first(jdbc, TODAY, row -> row.getInt(1), reporter, yesterday, settings.perDay())
                .orElse(0);
        if (today < settings.perDay()) {
            return Optional.empty();
        }
        long oldest = Sql.first(jdbc, OLDEST_TODAY, row -> row.getLong(1), reporter, yesterday)
                .orElse(yesterday);
        return Optional.of(new Refusal.RateLimited(
                "at most " + settings.perDay() + " reports a day",
                Duration.ofMillis(Math.max(1, oldest - yesterday)),
                "reports",
                settings.perDay(),
                DAY));
    }

    private static Mine mine(ResultSet row) throws SQLException {
        String verdict = row.getString("verdict");
        return new Mine(
                row.getString("id"),
                Target.of(row.getString("room_id"), Sql.number(row, "seq"), row.getString("author_id")),
                ReportType.of(row.getString("type")).orElse(ReportType.OTHER), // a newer node knows more types
                row.getString("text"),
                Instant.ofEpochMilli(row.getLong("at")),
                verdict == null ? ReportOutcome.OPEN : Verdict.outcome(verdict),
                Sql.instant(row, "decided_at"));
    }
}
