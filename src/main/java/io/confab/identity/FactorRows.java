package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Second factors, their recovery codes and the rule about them, within a transaction; all by primary keys. */
final class FactorRows {
    /** The name of {@link FactorRule} in the table of policies. */
    static final String RULE = "second_factor";

    private static final String COLUMNS =
            "select secret, begun_by, created_at, confirmed_at, last_step, failed, failed_at"
                    + " from second_factor where account_id = ?";

    private FactorRows() {}

    /**
     * A row of {@code second_factor}.
     *
     * @param confirmedAt null: not in force
     * @param lastStep of the last code that counted
     * @param failed wrong codes since the last right one
     */
    record Factor(
            String secret,
            SignInId begunBy,
            long createdAtMillis,
            @Nullable Long confirmedAt,
            long lastStep,
            int failed,
            long failedAtMillis) {
        boolean isInForce() {
            return confirmedAt != null;
        }

        /** When the next code may be tried: after so many wrong ones each further one doubles the wait. */
        long notBefore(int free, Duration longest) {
            if (failed < free) {
                return 0;
            }
            long seconds = 1L << Math.min(failed - free, 30);
            return failedAtMillis + Math.min(seconds * 1000, longest.toMillis());
        }
    }

    static Optional<Factor> find(Connection jdbc, UserId user) throws SQLException {
        try (var statement = jdbc.prepareStatement(COLUMNS)) {
            statement.setString(1, user.value());
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(factor(rows)) : Optional.empty();
            }
        }
    }

    private static Factor factor(ResultSet row) throws SQLException {
        long confirmedAt = row.getLong("confirmed_at");
        boolean pending = row.wasNull();
        return new Factor(
                row.getString("secret"),
                new SignInId(row.getString("begun_by")),
                row.getLong("created_at"),
                pending ? null : (Long) confirmedAt,
                row.getLong("last_step"),
                row.getInt("failed"),
                row.getLong("failed_at"));
    }

    static Optional<Factor> inForce(Connection jdbc, UserId user) throws SQLException {
        return find(jdbc, user).filter(Factor::isInForce);
    }

    /** Whether this person's role asks for a factor that they do not have. */
    static boolean isMissing(Connection jdbc, UserId user, GlobalRole role) throws SQLException {
        return role.isStaff() && rule(jdbc).asks(role) && inForce(jdbc, user).isEmpty();
    }

    /** In place of one that was begun before and is not in force. */
    static void begin(Connection jdbc, UserId user, String sealed, SignInId by, long nowMillis) throws SQLException {
        delete(jdbc, user);
        try (var statement =
                jdbc.prepareStatement("insert into second_factor (account_id, secret, begun_by, created_at,"
                        + " last_step, failed, failed_at) values (?, ?, ?, ?, 0, 0, 0)")) {
            statement.setString(1, user.value());
            statement.setString(2, sealed);
            statement.setString(3, by.value());
            statement.setLong(4, nowMillis);
            statement.executeUpdate();
        }
    }

    static void confirm(Connection jdbc, UserId user, Collection<String> codes, long nowMillis) throws SQLException {
        try (var factor = jdbc.prepareStatement("update second_factor set confirmed_at = ? where account_id = ?")) {
            factor.setLong(1, nowMillis);
            factor.setString(2, user.value());
            factor.executeUpdate();
        }
        replaceCodes(jdbc, user, codes);
    }

    /** None of the old ones is good any more. */
    static void replaceCodes(Connection jdbc, UserId user, Collection<String> codes) throws SQLException {
        try (var old = jdbc.prepareStatement("delete from recovery_code where account_id = ?");
                var code = jdbc.prepareStatement("insert into recovery_code (account_id, code_hash) values (?, ?)")) {
            old.setString(1, user.value());
            old.executeUpdate();
            for (String each : codes) {
                code.setString(1, user.value());
                code.setString(2, Secrets.hash(each));
                code.addBatch();
            }
            code.executeBatch();
        }
    }

    /** Of a code that was right. */
    static void counted(Connection jdbc, UserId user, long step) throws SQLException {
        try (var statement =
                jdbc.prepareStatement("update second_factor set last_step = ?, failed = 0 where account_id = ?")) {
            statement.setLong(1, step);
            statement.setString(2, user.value());
            statement.executeUpdate();
        }
    }

    static void failed(Connection jdbc, UserId user, int times, long nowMillis) throws SQLException {
        try (var statement =
                jdbc.prepareStatement("update second_factor set failed = ?, failed_at = ? where account_id = ?")) {
            statement.setInt(1, times);
            statement.setLong(2, nowMillis);
            statement.setString(3, user.value());
            statement.executeUpdate();
        }
    }

    /** Uses a recovery code up; false: it is none of theirs (any more). */
    static boolean take(Connection jdbc, UserId user, String code) throws SQLException {
        try (var statement =
                jdbc.prepareStatement("delete from recovery_code where account_id = ? and code_hash = ?")) {
            statement.setString(1, user.value());
            statement.setString(2, Secrets.hash(code));
            return statement.executeUpdate() == 1;
        }
    }

    /** How many are left; ten at most. */
    static int codes(Connection jdbc, UserId user) throws SQLException {
        try (var statement = jdbc.prepareStatement("select count(*) from recovery_code where account_id = ?")) {
            statement.setString(1, user.value());
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    static void delete(Connection jdbc, UserId user) throws SQLException {
        for (String table : List.of("recovery_code", "second_factor")) {
            try (var statement = jdbc.prepareStatement("delete from " + table + " where account_id = ?")) {
                statement.setString(1, user.value());
                statement.executeUpdate();
            }
        }
    }

    static FactorRule rule(Connection jdbc) throws SQLException {
        return Policies.decided(jdbc, RULE)
                .map(word -> FactorRule.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(FactorRule.NOBODY);
    }
}
