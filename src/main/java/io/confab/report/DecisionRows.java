package io.confab.report;

import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decisions and their acts in the database. */
final class DecisionRows {
    private static final int MOST_OF_A_CASE = 200;
    private static final int MOST_NOTES = 100;
    private static final String SELECT =
            "select d.id, d.case_id, d.round, d.verdict, d.by_id, a.username, d.at, d.reason,"
                    + " d.note, d.undone_by, d.by_room from mod_decision d left join account a on a.id = d.by_id where ";
    private static final String BY_ID = SELECT + "d.id = ?";
    // index mod_decision_case, by the case of the one that takes back
    private static final String TAKEN_BACK =
            SELECT + "d.case_id = (select u.case_id from mod_decision u where u.id = ?) and d.undone_by = ?";
    private static final String BY_COMMAND = SELECT + "d.by_id = ? and d.command = ?";
    // index mod_decision_case, as all that begin with the case; of staff and of the room apart, so that neither pushes
    // the other's off the page
    private static final String OF_CASE = SELECT + "d.case_id = ? and d.by_room = ?";
    private static final String NEWEST = " order by d.at desc, d.id desc limit ";
    private static final String DECIDED = " and d.verdict <> 'note'";
    private static final String DECIDED_NEWEST = NEWEST + MOST_OF_A_CASE;
    private static final String NOTES = OF_CASE + " and d.verdict = 'note'" + NEWEST + MOST_NOTES;
    private static final String NOT_OF_ADMINS =
            " and not exists (select 1 from mod_decision e where e.case_id = d.case_id"
                    + " and e.round = d.round and e.verdict = 'escalate')";
    private static final String NOTED_IN_ROOM =
            "select count(*) from mod_decision" + " where case_id = ? and round = ? and verdict = 'note' and by_room";
    private static final String LAST =
            SELECT + "d.case_id = ? and d.verdict <> 'note' order by d.at desc, d.id desc limit 1";
    private static final String ESCALATED =
            "select 1 from mod_decision where case_id = ? and round = ?" + " and verdict = 'escalate' limit 1";
    private static final String CLOSING =
            SELECT + "d.case_id = ? and d.round = ? and d.closes and d.undone_by is null"; // one at most
    private static final String PASSING = SELECT + "d.case_id = ? and d.round = ? and d.verdict = 'pass'"
            + " order by d.at desc, d.id desc limit 1"; // index mod_decision_case
    private static final String ACTS =
            "select no, act, until_at, before_until, back_ms, stood, state, told from mod_act"
                    + " where decision_id = ? order by no"; // primary key
    private static final String ADD =
            "insert into mod_decision (id, case_id, round, verdict, by_id, command, at, closes,"
                    + " reason, note, by_room) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String ADD_ACT =
            "insert into mod_act (decision_id, no, act, until_at, before_until, stood, state, told, back_ms)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String MARK =
            "update mod_act set state = ?, told = ? where decision_id = ? and no = ? and state = 'pending'";
    private static final String PENDING =
            "select 1 from mod_act where decision_id = ? and no = ? and state = 'pending'";
    private static final String REFUSE =
            "update mod_act set state = 'refused', told = ? where decision_id = ? and no = ?";

    private DecisionRows() {}

    /** Whether a case was handed to the admins in this round. */
    static boolean wasEscalated(Connection jdbc, String caseId, int round) throws SQLException {
        return Sql.first(jdbc, ESCALATED, row -> true, caseId, round).isPresent();
    }

    static Optional<Decision> find(Connection jdbc, String id) throws SQLException {
        return whole(jdbc, Sql.first(jdbc, BY_ID, DecisionRows::row, id));
    }

    static Optional<Decision> takenBackBy(Connection jdbc, String id) throws SQLException {
        return whole(jdbc, Sql.first(jdbc, TAKEN_BACK, DecisionRows::row, id, id));
    }

    static Optional<Decision> ofCommand(Connection jdbc, UserId by, String command) throws SQLException {
        return whole(jdbc, Sql.first(jdbc, BY_COMMAND, DecisionRows::row, by.value(), command));
    }

    /** The last but notes. */
    static Optional<Decision> last(Connection jdbc, String caseId) throws SQLException {
        return whole(jdbc, Sql.first(jdbc, LAST, DecisionRows::row, caseId));
    }

    /** The one that closed a case in this round, and stands. */
    static Optional<Decision> closing(Connection jdbc, String caseId, int round) throws SQLException {
        return whole(jdbc, Sql.first(jdbc, CLOSING, DecisionRows::row, caseId, round));
    }

    /** What a moderator of the room said in this round, who leaves it to staff. */
    static Optional<Decision> passing(Connection jdbc, String caseId, int round) throws SQLException {
        return whole(jdbc, Sql.first(jdbc, PASSING, DecisionRows::row, caseId, round));
    }

    /** How much the moderators of its room have noted of a case in this round. */
    static int notedInRoom(Connection jdbc, String caseId, int round) throws SQLException {
        return Sql.first(jdbc, NOTED_IN_ROOM, row -> row.getInt(1), caseId, round)
                .orElse(0);
    }

    /** Those of a case, and the newest notes among them, newest first. */
    static List<Decision> ofCase(Connection jdbc, String caseId) throws SQLException {
        return ofCase(jdbc, caseId, true);
    }

    /** Likewise, but no round that was handed to the admins, and no note of staff. */
    static List<Decision> ofCaseInRoom(Connection jdbc, String caseId) throws SQLException {
        return ofCase(jdbc, caseId, false);
    }

    private static List<Decision> ofCase(Connection jdbc, String caseId, boolean toStaff) throws SQLException {
        String decided = OF_CASE + DECIDED + (toStaff ? "" : NOT_OF_ADMINS) + DECIDED_NEWEST;
        var bare = new ArrayList<Decision>();
        for (boolean byRoom : new boolean[] {false, true}) {
            bare.addAll(Sql.list(jdbc, decided, DecisionRows::row, caseId, byRoom));
            if (toStaff || byRoom) {
                bare.addAll(Sql.list(jdbc, NOTES, DecisionRows::row, caseId, byRoom));
            }
        }
        bare.sort(Comparator.comparing(Decision::at).thenComparing(Decision::id).reversed());
        var all = new ArrayList<Decision>();
        for (Decision each : bare) {
            all.add(whole(jdbc, each));
        }
        return all;
    }

    static void add(Connection jdbc, Decision decision, String command) throws SQLException {
        Sql.update(
                jdbc,
                ADD,
                decision.id(),
                decision.caseId(),
                decision.round(),
                decision.verdict().word(),
                decision.by().value(),
                command,
                decision.at().toEpochMilli(),
                decision.verdict().closes(),
                decision.reason(),
                decision.note(),
                decision.byRoom());
        for (Decision.Act act : decision.acts()) {
            addAct(jdbc, decision.id(), act);
        }
    }

    private static void addAct(Connection jdbc, String decision, Decision.Act act) throws SQLException {
        try (var statement = jdbc.prepareStatement(ADD_ACT)) {
            statement.setString(1, decision);
            statement.setInt(2, act.no());
            statement.setString(3, act.remedy().word());
            statement.setObject(4, millis(act.until()), Types.BIGINT);
            statement.setObject(5, millis(act.before()), Types.BIGINT);
            statement.setString(6, act.stood() == null ? null : act.stood().word());
            statement.setString(7, word(act.state()));
            statement.setString(8, act.told());
            statement.setObject(9, act.back() == null ? null : (Long) act.back().toMillis(), Types.BIGINT);
            statement.executeUpdate();
        }
    }

    /** Nothing changes when it is not pending any more. */
    static void mark(Connection jdbc, String decision, int no, Decision.State state, String told) throws SQLException {
        Sql.update(jdbc, MARK, word(state), told, decision, no);
    }

    static boolean isPending(Connection jdbc, String decision, int no) throws SQLException {
        return Sql.first(jdbc, PENDING, row -> true, decision, no).isPresent();
    }

    /**
     * Marks it done, in the transaction that does it: both or neither. Who else asks waits until that ends.
     *
     * @return false: somebody did it or took it back meanwhile, so nothing is to be done
     */
    static boolean take(Connection jdbc, String decision, int no) throws SQLException {
        return Sql.update(jdbc, MARK, word(Decision.State.DONE), "", decision, no) == 1;
    }

    /** After {@link #take}, in its transaction: it could not be done after all. */
    static void refuse(Connection jdbc, String decision, int no, String told) throws SQLException {
        Sql.update(jdbc, REFUSE, told, decision, no);
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : (Long) instant.toEpochMilli();
    }

    private static String word(Decision.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Decision> whole(Connection jdbc, Optional<Decision> bare) throws SQLException {
        return bare.isEmpty() ? bare : Optional.of(whole(jdbc, bare.get()));
    }

    private static Decision whole(Connection jdbc, Decision bare) throws SQLException {
        return new Decision(
                bare.id(),
                bare.caseId(),
                bare.round(),
                bare.verdict(),
                bare.by(),
                bare.byName(),
                bare.at(),
                bare.reason(),
                bare.note(),
                bare.undoneBy(),
                Sql.list(jdbc, ACTS, DecisionRows::act, bare.id()),
                bare.byRoom());
    }

    private static Decision row(ResultSet row) throws SQLException {
        String by = row.getString("by_id");
        String name = row.getString("username");
        return new Decision(
                row.getString("id"),
                row.getString("case_id"),
                row.getInt("round"),
                Verdict.valueOf(row.getString("verdict").toUpperCase(Locale.ROOT)),
                new UserId(by),
                name == null ? by : name,
                Instant.ofEpochMilli(row.getLong("at")),
                row.getString("reason"),
                row.getString("note"),
                row.getString("undone_by"),
                List.of(),
                row.getBoolean("by_room"));
    }

    private static Decision.Act act(ResultSet row) throws SQLException {
        String word = row.getString("act");
        String stood = row.getString("stood");
        Long back = Sql.number(row, "back_ms");
        return new Decision.Act(
                row.getInt("no"),
                Remedy.of(word).orElseThrow(() -> new IllegalStateException("no remedy is called " + word)),
                Sql.instant(row, "until_at"),
                Sql.instant(row, "before_until"),
                back == null ? null : Duration.ofMillis(back),
                stood == null ? null : Decision.Stood.valueOf(stood.toUpperCase(Locale.ROOT)),
                Decision.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("told"));
    }
}
