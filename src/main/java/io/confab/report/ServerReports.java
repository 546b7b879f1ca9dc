package io.confab.report;

import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.AppendWitness;
import io.confab.room.Facts;
import io.confab.room.RoomEvent;
import io.confab.store.Database;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * What the server itself reports, by rules: a message that one has hidden becomes a case in the transaction that hides it, so none
 * is hidden that nobody looks at; one that a rule only tells of, a moment later. Thread-safe.
 */
@Singleton
public class ServerReports implements AppendWitness {
    private static final int ATTEMPTS = 5;
    private static final String SERVER = UserId.SERVER.value();

    private static final String HAS_EVIDENCE = "select 1 from mod_evidence where case_id = ? and text_seq = ?";
    private static final String ADD_EVIDENCE =
            "insert into mod_evidence (case_id, text_seq, taken_at, document) values (?, ?, ?, ?)";
    // the server's one report of a case tells of its last round; index report_once
    private static final String AGAIN =
            "update report set round = ?, type = ?, text = ?, text_seq = ?, points = ?, at = ?"
                    + " where case_id = ? and reporter_id = ?";
    private static final String ADD = "insert into report (id, case_id, reporter_id, round, type, text, text_seq,"
            + " points, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Transactions transactions;
    private final Clock clock;
    private final Ids ids = new Ids();

    @Inject
    public ServerReports(Database database, Clock clock) {
        this.transactions = database.transactions();
        this.clock = clock;
    }

    @Override
    public void appended(Connection jdbc, List<Act> acts) throws SQLException {
        for (Act act : acts) {
            String rule = act.rule();
            if (rule != null && act.logged().event() instanceof RoomEvent.MessageDeleted hidden) {
                Optional<Facts.Message> message = act.facts().message(hidden.target());
                if (message.isPresent()) {
                    long textSeq = act.logged().seq() - 1; // what has just brought the text
                    var target = new Target.Message(act.room().room(), hidden.target());
                    file(jdbc, target, Evidence.standing(message.get(), textSeq), rule, Cases.STAFF_BONUS);
                }
            }
        }
    }

    /** A rule has met a message that stands; false: it is gone meanwhile, and no case. */
    public boolean noticed(RoomId room, long seq, String rule) {
        var target = new Target.Message(room, seq);
        for (int attempt = 1; ; attempt++) {
            try {
                return transactions.write((em, jdbc) -> {
                    Optional<Evidence> evidence = Evidence.take(jdbc, target);
                    if (evidence.isPresent()) {
                        file(jdbc, target, evidence.get(), rule, 0);
                    }
                    return evidence.isPresent();
                });
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void file(Connection jdbc, Target target, Evidence evidence, String rule, int bonus) throws SQLException {
        long now = clock.millis();
        int points = Standing.points(jdbc, SERVER, ReportType.OTHER) + bonus;
        Cases.Joined joined = Cases.join(jdbc, target, evidence, points, now);
        if (Sql.first(jdbc, HAS_EVIDENCE, row -> 1, joined.caseId(), evidence.textSeq())
                .isEmpty()) {
            Sql.update(jdbc, ADD_EVIDENCE, joined.caseId(), evidence.textSeq(), now, evidence.document());
        }
        String type = ReportType.OTHER.word();
        String text = "rule: " + rule;
        Integer counted = joined.counts() ? (Integer) points : null;
        int again = Sql.update(
                jdbc, AGAIN, joined.round(), type, text, evidence.textSeq(), counted, now, joined.caseId(), SERVER);
        if (again == 0) {
            Sql.update(
                    jdbc,
                    ADD,
                    "p_" + ids.random(),
                    joined.caseId(),
                    SERVER,
                    joined.round(),
                    type,
                    text,
                    evidence.textSeq(),
                    counted,
                    now);
        }
    }
}
