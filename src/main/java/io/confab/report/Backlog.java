package io.confab.report;

import io.confab.moderation.Slice;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How many reports wait to be looked at, and how long they have. Thread-safe; throws {@code io.confab.store.StoreFailure}. */
@Singleton
public class Backlog {
    /** From here on one waits long, and too long. */
    public static final Duration LONG = Duration.ofHours(4);

    public static final Duration TOO_LONG = Duration.ofDays(1);

    // index mod_case_queue; of more than a page can show the first are counted
    private static final String WAITING = "select count(*), count(case when opened_at > ? then 1 end),"
            + " count(case when opened_at <= ? then 1 end), min(opened_at) from (select opened_at from mod_case"
            + " where state = ? order by sort_key, id limit " + (Slice.MOST + 1) + ") as waiting";

    private final Reads reads;
    private final Clock clock;

    @Inject
    public Backlog(Database database, Clock clock) {
        this.reads = database.reads();
        this.clock = clock;
    }

    /**
     * Cases of one state by age.
     *
     * @param fresh for less than {@link #LONG}; @param old for {@link #TOO_LONG} or more
     * @param oldest since when the one waits that has waited longest; null: none does
     */
    public record Ages(
            int all, int fresh, int old, @Nullable Instant oldest) {
        /** Those between. */
        public int waiting() {
            return all - fresh - old;
        }
    }

    /** More than 10,000 count as that many. */
    public Ages ages(CaseRow.State state) {
        Instant now = clock.instant();
        return reads.first(
                        WAITING,
                        Backlog::ages,
                        now.minus(LONG).toEpochMilli(),
                        now.minus(TOO_LONG).toEpochMilli(),
                        state.word())
                .orElseThrow();
    }

    private static Ages ages(ResultSet row) throws SQLException {
        int all = row.getInt(1);
        return new Ages(all, row.getInt(2), row.getInt(3), all == 0 ? null : Instant.ofEpochMilli(row.getLong(4)));
    }
}
