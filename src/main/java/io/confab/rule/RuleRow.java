package io.confab.rule;

import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule as it stands.
 *
 * @param edition which its last dry run must be of
 * @param revision which the next change must name
 * @param trouble why the server itself has switched it down; null: it did not
 */
public record RuleRow(
        String id,
        RuleDefinition definition,
        RuleMode mode,
        long edition,
        long revision,
        @Nullable String trouble,
        Instant createdAt,
        UserId changedBy,
        Instant changedAt) {
    static final String SELECT =
            "select id, document, mode, edition, revision, trouble, created_at, changed_by," + " changed_at from rule";

    private static final String UNREAD = "this node cannot read it; a newer one made it";
    private static final RuleDefinition UNKNOWN = new RuleDefinition(
            "a rule of a newer version",
            new Trigger.Any(),
            RuleAct.ALERT,
            null,
            Duration.ZERO,
            Duration.ZERO,
            Set.of(),
            List.of());

    /** Whether this node does not know such a rule: here it is off. */
    public boolean isUnread() {
        return UNREAD.equals(trouble);
    }

    /** What a newer node wrote and this one cannot read, or what is no document at all, is shown as off. */
    static RuleRow of(ResultSet row) throws SQLException {
        try {
            return of(
                    row,
                    RuleDocument.read(Json.read(row.getString("document")), Integer.MAX_VALUE),
                    RuleMode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
                    row.getString("trouble"));
        } catch (BadRule | IllegalArgumentException | IllegalStateException e) {
            return of(row, UNKNOWN, RuleMode.OFF, UNREAD);
        }
    }

    private static RuleRow of(ResultSet row, RuleDefinition definition, RuleMode mode, @Nullable String trouble)
            throws SQLException {
        return new RuleRow(
                row.getString("id"),
                definition,
                mode,
                row.getLong("edition"),
                row.getLong("revision"),
                trouble,
                Instant.ofEpochMilli(row.getLong("created_at")),
                new UserId(row.getString("changed_by")),
                Instant.ofEpochMilli(row.getLong("changed_at")));
    }
}
