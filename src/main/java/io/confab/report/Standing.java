package io.confab.report;

import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * How often staff agreed with a person's reports: what their next one weighs. Of about the last hundred: when there are as
 * many, each new outcome takes a hundredth of the former ones' weight.
 */
final class Standing {
    private static final int MEMORY = 100;
    private static final double UNKNOWN = 0.5;

    private static final String READ = "select agreed, disagreed from reporter_standing where reporter_id = ?";
    // the reports that counted in the score, at most a hundred of a round; index report_once
    private static final String COUNTED =
            "select reporter_id from report where case_id = ? and round = ? and points is not null";
    private static final String ADD_MISSING = "insert into reporter_standing (reporter_id, agreed, disagreed)"
            + " select r.reporter_id, 0, 0 from report r where r.case_id = ? and r.round = ? and r.points is not null"
            + " and not exists (select 1 from reporter_standing s where s.reporter_id = r.reporter_id)"
            + " order by r.reporter_id";
    // primary key, in its order: two decisions about the same reporters wait for each other, and do not lock each other
    // out
    private static final String LOCK = "select reporter_id from reporter_standing where reporter_id in (" + COUNTED
            + ") order by reporter_id for update";
    private static final String LEARN = "update reporter_standing set"
            + " agreed = case when agreed + disagreed < " + MEMORY + " then agreed else agreed * (1 - 1.0 / " + MEMORY
            + ") end + ?, disagreed = case when agreed + disagreed < " + MEMORY
            + " then disagreed else disagreed * (1 - 1.0 / " + MEMORY + ") end + ? where reporter_id in (" + COUNTED
            + ")";
    private static final String FORGET = "update reporter_standing set agreed = greatest(0, agreed - ?),"
            + " disagreed = greatest(0, disagreed - ?) where reporter_id in (" + COUNTED + ")";

    private Standing() {}

    /** What a report of this type by this person adds to the score. */
    static int points(Connection jdbc, String reporter, ReportType type) throws SQLException {
        double accuracy = Sql.first(jdbc, READ, row -> accuracy(row.getDouble(1), row.getDouble(2)), reporter)
                .orElse(UNKNOWN);
        return (int) Math.round(type.points() * (0.5 + accuracy));
    }

    /** From 0 to 1; who has reported nothing yet stands in the middle. */
    static double accuracy(double agreed, double disagreed) {
        return (agreed + 1) / (agreed + disagreed + 2);
    }

    /**
     * A round was closed.
     *
     * @throws SQLException of a unique violation when somebody else decides about one of these reporters for the first time at the
     *     same moment: try all of it again
     */
    static void learn(Connection jdbc, String caseId, int round, boolean agreed) throws SQLException {
        Sql.update(jdbc, ADD_MISSING, caseId, round);
        lock(jdbc, caseId, round);
        Sql.update(jdbc, LEARN, agreed ? 1 : 0, agreed ? 0 : 1, caseId, round);
    }

    /** That decision was taken back. */
    static void forget(Connection jdbc, String caseId, int round, boolean agreed) throws SQLException {
        lock(jdbc, caseId, round);
        Sql.update(jdbc, FORGET, agreed ? 1 : 0, agreed ? 0 : 1, caseId, round);
    }

    private static void lock(Connection jdbc, String caseId, int round) throws SQLException {
        Sql.list(jdbc, LOCK, row -> row.getString(1), caseId, round);
    }
}
