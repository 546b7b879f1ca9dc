package io.confab.rule;

import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
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

    static RuleRow of(ResultSet row) throws SQLException {
        return new RuleRow(
                row.getString("id"),
                definition(row.getString("document")),
                RuleMode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
                row.getLong("edition"),
                row.getLong("revision"),
                row.getString("trouble"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                new UserId(row.getString("changed_by")),
                Instant.ofEpochMilli(row.getLong("changed_at")));
    }

    private static RuleDefinition definition(String document) {
        try {
            return RuleDocument.read(Json.read(document), Integer.MAX_VALUE);
        } catch (BadRule e) {
            throw new IllegalStateException("a rule in the database is none of this version", e);
        }
    }
}
