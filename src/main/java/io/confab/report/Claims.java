package io.confab.report;

import io.confab.moderation.StaffMember;
import io.confab.store.Database;
import io.confab.store.Sql;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Who looks at which case, so that two do not work on the same one. A claim ends by itself, keeps nobody from deciding, and
 * leaves no audit line. Thread-safe.
 */
@Singleton
public class Claims {
    /** What nobody of staff looks at, of a case {@code c}; by the primary key. */
    static final String OF_NO_STAFF =
            " or exists (select 1 from account l where l.id = c.claimed_by and l.role = 'user')";

    private static final String TAKE_OVER = "update mod_case c set claimed_by = ?, claimed_until = ?, touched_at = ?"
            + " where c.id = ? and c.state <> 'closed'";
    private static final String TAKE =
            TAKE_OVER + " and (c.claimed_by is null or c.claimed_by = ? or c.claimed_until <= ?";
    private static final String READ = "select a.id, a.username, c.claimed_until from mod_case c join account a"
            + " on a.id = c.claimed_by where c.id = ? and c.claimed_until > ?";

    private final Transactions transactions;
    private final ReportSettings settings;
    private final Clock clock;

    @Inject
    public Claims(Database database, ReportSettings settings, Clock clock) {
        this.transactions = database.transactions();
        this.settings = settings;
        this.clock = clock;
    }

    /** Who looks at a case, and until when that counts. */
    public record Claim(String byName, Instant until, boolean mine) {}

    /**
     * Says that {@code by} looks at a case, unless somebody else does; gives who does now. Empty: nobody, since it is closed or
     * not there, or out of reach.
     *
     * @param over though somebody else does; staff need not say it of who is none, and who is none takes none from staff
     */
    public Optional<Claim> take(StaffMember by, String caseId, boolean over) {
        long now = clock.millis();
        long until = now + settings.claim().toMillis();
        String me = by.user().value();
        var reach = new CaseReach(by.reach(), now);
        return transactions.write((em, jdbc) -> {
            if (reach.find(jdbc, caseId).isEmpty()) {
                return Optional.empty();
            }
            String take = TAKE + (over || reach.isAll() ? OF_NO_STAFF : "") + ")";
            int taken = over && reach.isAll()
                    ? Sql.update(jdbc, TAKE_OVER, me, until, now, caseId)
                    : Sql.update(jdbc, take, me, until, now, caseId, me, now);
            return taken == 1
                    ? Optional.of(new Claim(by.account().username(), Instant.ofEpochMilli(until), true))
                    : Sql.first(jdbc, READ, row -> claim(row, me), caseId, now);
        });
    }

    private static Claim claim(ResultSet row, String me) throws SQLException {
        return new Claim(
                row.getString(2),
                Instant.ofEpochMilli(row.getLong(3)),
                row.getString(1).equals(me));
    }
}
