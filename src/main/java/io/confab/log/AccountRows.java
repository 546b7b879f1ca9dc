package io.confab.log;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Accounts as they stand, locked until the transaction ends: whoever suspends one, ends its sign-ins or changes its role
 * takes it {@code for update}, so what was answered there is never followed by that person's {@code ok}. Locks are
 * taken in the order of ids.
 */
final class AccountRows {
    private static final String SELECT = "select id, username, role, suspended_until, created_at from account"
            + " where id = any(cast(? as varchar array)) order by id";
    private static final String EXISTING = "select id from account where id = any(cast(? as varchar array))";
    /**
     * Read after the locks were given, in a statement of its own, so that it sees what the lock was waiting for. Without
     * "ended_at is null": a plan made while the table was small would take the index on that, thus all who are signed in.
     */
    private static final String SIGN_INS =
            "select id, account_id, ended_at from sign_in where id = any(cast(? as varchar array))";

    private static final String RAISE_POSTGRES = "update account set rev = rev + 1,"
            + " changed_at = cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
            + " where id = any(cast(? as varchar array))";
    private static final String RAISE_H2 = "update account set rev = rev + 1,"
            + " changed_at = cast(extract(epoch from current_timestamp) * 1000 as bigint)"
            + " where id = any(cast(? as varchar array))";

    /** Whatever its row says: it is no account of a person. */
    private static final Account SERVER =
            new Account(UserId.SERVER, "Confab", GlobalRole.MODERATOR, null, Instant.EPOCH);

    /** Of those asked about, whose role asks for a second factor that they do not have (as {@code identity.FactorRule} says). */
    private static final String WITHOUT_FACTOR = "select a.id from account a join policy p on p.name = 'second_factor'"
            + " where a.id = any(cast(? as varchar array))"
            + " and (p.setting = 'staff' or (p.setting = 'admins' and a.role = 'admin'))"
            + " and not exists (select 1 from second_factor f where f.account_id = a.id and f.confirmed_at is not null)";

    private final boolean postgres;

    AccountRows(boolean postgres) {
        this.postgres = postgres;
    }

    /** @param suspendedUntil null: not suspended */
    record Account(
            UserId user,
            String username,
            GlobalRole role,
            @Nullable Instant suspendedUntil,
            Instant createdAt) {
        boolean isSuspendedAt(Instant now) {
            return suspendedUntil != null && now.isBefore(suspendedUntil);
        }

        Account asUser() {
            return new Account(user, username, GlobalRole.USER, suspendedUntil, createdAt);
        }
    }

    /**
     * Locks accounts, all in one statement and so in the order of ids, as whoever suspends one does: in two they would wait
     * for each other. A sender's is shared with other senders' transactions; where a command acts on somebody, whose
     * {@code rev} may be raised, none of the batch is.
     */
    Map<UserId, Account> lock(Connection jdbc, Set<UserId> senders, Set<UserId> actedOn, boolean passOver)
            throws SQLException {
        var accounts = new HashMap<UserId, Account>();
        var all = new TreeSet<>(senders);
        all.addAll(actedOn);
        String strength = actedOn.isEmpty() ? " for key share" : " for no key update";
        String lock = postgres ? strength : " for update"; // H2 has no weaker row lock
        read(jdbc, SELECT + lock + (passOver ? " skip locked" : ""), all, accounts);
        return accounts;
    }

    /**
     * Staff who lack the second factor that is asked of them have no more rights in rooms than anybody. Asked only where
     * somebody of staff sends, by primary keys.
     */
    void demoteWithoutFactor(Connection jdbc, Map<UserId, Account> accounts, Set<UserId> senders) throws SQLException {
        var staff = accounts.values().stream()
                .filter(account -> account.role().moderates() && senders.contains(account.user()))
                .map(Account::user)
                .filter(user -> !user.equals(UserId.SERVER))
                .toList();
        if (staff.isEmpty()) {
            return;
        }
        try (var statement = jdbc.prepareStatement(WITHOUT_FACTOR)) {
            Sql.texts(statement, 1, staff, UserId::value);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    accounts.computeIfPresent(new UserId(rows.getString(1)), (user, account) -> account.asUser());
                }
            }
        }
    }

    /**
     * Why somebody may not act at all, before anything else is looked at.
     *
     * @param account null: there is none
     * @param live whether the sign-in is this account's and has not ended
     */
    Optional<Refusal> refusal(@Nullable Account account, boolean live, Instant now) {
        if (account == null || !live) {
            return Optional.of(new Refusal.Unauthorized("this sign-in has ended"));
        }
        return account.isSuspendedAt(now)
                ? Optional.of(new Refusal.Forbidden("this account is suspended"))
                : Optional.empty();
    }

    /** Of these accounts, those that exist, locked by others or not. */
    Set<UserId> existing(Connection jdbc, Collection<UserId> users) throws SQLException {
        var found = new HashSet<UserId>();
        if (users.isEmpty()) {
            return found;
        }
        try (var statement = jdbc.prepareStatement(EXISTING)) {
            Sql.texts(statement, 1, users, UserId::value);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new UserId(rows.getString(1)));
                }
            }
        }
        return found;
    }

    /** Of these sign-ins, those that have not ended, with their account. */
    Map<SignInId, UserId> liveSignIns(Connection jdbc, Collection<SignInId> signIns) throws SQLException {
        var live = new HashMap<SignInId, UserId>();
        try (var statement = jdbc.prepareStatement(SIGN_INS)) {
            Sql.texts(statement, 1, signIns, SignInId::value);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (Sql.number(rows, "ended_at") == null) {
                        live.put(new SignInId(rows.getString("id")), new UserId(rows.getString("account_id")));
                    }
                }
            }
        }
        return live;
    }

    /** Tells all nodes that these people's room list has changed. Their accounts are locked already. */
    void raiseRev(Connection jdbc, Collection<UserId> users) throws SQLException {
        if (users.isEmpty()) {
            return;
        }
        try (var statement = jdbc.prepareStatement(postgres ? RAISE_POSTGRES : RAISE_H2)) {
            Sql.texts(statement, 1, users, UserId::value);
            statement.executeUpdate();
        }
    }

    private static Account account(UserId user, ResultSet row) throws SQLException {
        return new Account(
                user,
                row.getString("username"),
                GlobalRole.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                Sql.instant(row, "suspended_until"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    private static void read(Connection jdbc, String sql, SortedSet<UserId> ids, Map<UserId, Account> into)
            throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            Sql.texts(statement, 1, ids, UserId::value);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var user = new UserId(rows.getString("id"));
                    into.put(user, user.equals(UserId.SERVER) ? SERVER : account(user, rows));
                }
            }
        }
    }
}
