package io.confab.report;

import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A case as the database has it.
 *
 * @param version raised by each decision, so that of two one is told that it came too late
 * @param reports of this round that count in the score, at most {@link Cases#MOST_COUNTED}
 * @param claimedBy who looked at it last; null: nobody has
 * @param claimedUntil when that no longer counts
 */
public record CaseRow(
        String id,
        Target target,
        UserId author,
        State state,
        int round,
        long version,
        int reports,
        int score,
        Instant openedAt,
        Instant changedAt,
        @Nullable UserId claimedBy,
        @Nullable Instant claimedUntil) {
    static final String COLUMNS =
            "c.id, c.room_id, c.seq, c.author_id, c.state, c.round, c.version, c.reports, c.score,"
                    + " c.opened_at, c.changed_at, c.claimed_by, c.claimed_until";
    static final String SELECT = "select " + COLUMNS + " from mod_case c";

    private static final String BY_ID = SELECT + " where c.id = ?";

    /** Where a case stands. */
    public enum State {
        OPEN,
        /** An admin is to decide. */
        ESCALATED,
        CLOSED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** More than count in the score. */
    public boolean isCrowded() {
        return reports >= Cases.MOST_COUNTED;
    }

    static Optional<CaseRow> find(Connection jdbc, String id) throws SQLException {
        return Sql.first(jdbc, BY_ID, CaseRow::of, id);
    }

    static CaseRow of(ResultSet row) throws SQLException {
        String author = row.getString("author_id");
        String claimedBy = row.getString("claimed_by");
        return new CaseRow(
                row.getString("id"),
                Target.of(row.getString("room_id"), Sql.number(row, "seq"), author),
                new UserId(author),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getInt("round"),
                row.getLong("version"),
                row.getInt("reports"),
                row.getInt("score"),
                Instant.ofEpochMilli(row.getLong("opened_at")),
                Instant.ofEpochMilli(row.getLong("changed_at")),
                claimedBy == null ? null : new UserId(claimedBy),
                Sql.instant(row, "claimed_until"));
    }
}
