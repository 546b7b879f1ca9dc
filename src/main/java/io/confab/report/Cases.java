package io.confab.report;

import io.confab.kernel.Ids;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code mod_case} as reports come in. The first {@link #MOST_COUNTED} reports of a round raise the case's score and
 * wait for its row; those after them are rows of their own and touch it no more, so that ten thousand who report one message
 * do not wait for one another.
 */
final class Cases {
    static final int MOST_COUNTED = 100;
    static final int STAFF_BONUS = 50;

    /** In the order of the queue, a point is worth as much as having waited so long. */
    static final Duration PER_POINT = Duration.ofMinutes(3);

    private static final int ATTEMPTS = 5;
    private static final String FIND =
            "select id, state, round, version, reports from mod_case where target = ?"; // its unique index
    private static final String OPEN =
            "insert into mod_case (id, target, room_id, seq, author_id, state, round, version,"
                    + " reports, score, opened_at, sort_key, changed_at, touched_at, text_hash)"
                    + " values (?, ?, ?, ?, ?, 'open', 1, 1, 1, ?, ?, ?, ?, ?, ?)";
    private static final String COUNT = "update mod_case set reports = reports + 1, score = score + ?,"
            + " sort_key = sort_key - ?, touched_at = ? where id = ? and round = ? and state <> 'closed' and reports < "
            + MOST_COUNTED;
    private static final String REOPEN = "update mod_case set state = 'open', round = round + 1, version = version + 1,"
            + " reports = 1, score = ?, opened_at = ?, sort_key = ?, changed_at = ?, touched_at = ?, text_hash = ?,"
            + " claimed_by = null,"
            + " claimed_until = null where id = ? and version = ? and state = 'closed'";

    private Cases() {}

    /** Which case a report belongs to. @param counts in its score */
    record Joined(String caseId, int round, boolean counts) {}

    private record Row(String id, boolean closed, int round, long version, int reports) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString("id"),
                    row.getString("state").equals("closed"),
                    row.getInt("round"),
                    row.getLong("version"),
                    row.getInt("reports"));
        }
    }

    /** @throws SQLException of a unique violation when somebody else opens the case at the same moment: try all of it again */
    static Joined join(Connection jdbc, Target target, Evidence evidence, int points, long now) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Row> found = Sql.first(jdbc, FIND, Row::of, target.key());
            Joined joined = found.isEmpty()
                    ? open(jdbc, target, evidence, points, now)
                    : found.get().closed()
                            ? reopen(jdbc, found.get(), evidence, points, now)
                            : count(jdbc, found.get(), points, now);
            if (joined != null) {
                return joined;
            }
        }
        throw new IllegalStateException("case of " + target.key() + " changed " + ATTEMPTS + " times");
    }

    private static Joined open(Connection jdbc, Target target, Evidence evidence, int points, long now)
            throws SQLException {
        String id = "k_" + new Ids().random();
        Target.Message message = target instanceof Target.Message m ? m : null;
        Sql.update(
                jdbc,
                OPEN,
                id,
                target.key(),
                message == null ? null : message.room().value(),
                message == null ? null : (Long) message.seq(),
                evidence.author().value(),
                points,
                now,
                now - worth(points),
                now,
                now,
                evidence.textHash());
        return new Joined(id, 1, true);
    }

    /** Null: it was closed meanwhile. */
    private static @Nullable Joined count(Connection jdbc, Row found, int points, long now) throws SQLException {
        boolean full = found.reports() >= MOST_COUNTED;
        if (full) {
            return new Joined(found.id(), found.round(), false);
        }
        int counted = Sql.update(jdbc, COUNT, points, worth(points), now, found.id(), found.round());
        return counted == 1 ? new Joined(found.id(), found.round(), true) : null;
    }

    /** Null: somebody else has reopened it. */
    private static @Nullable Joined reopen(Connection jdbc, Row found, Evidence evidence, int points, long now)
            throws SQLException {
        int opened = Sql.update(
                jdbc,
                REOPEN,
                points,
                now,
                now - worth(points),
                now,
                now,
                evidence.textHash(),
                found.id(),
                found.version());
        return opened == 1 ? new Joined(found.id(), found.round() + 1, true) : null;
    }

    private static long worth(int points) {
        return PER_POINT.toMillis() * points;
    }
}
