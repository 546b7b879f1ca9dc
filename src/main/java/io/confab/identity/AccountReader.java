package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads which accounts changed, and how they stand: the way by which a node learns what others did, whatever JMS lost. Who
 * calls {@link #changedSince} each second keeps this node's {@link Revocations} and signing keys fresh as well. Thread-safe.
 */
@Singleton
public class AccountReader {
    private static final int PAGE = 1_000;
    private static final String SINCE = DatabaseClock.NOW + " - ?";

    private final Transactions transactions;
    private final Revocations revocations;
    private final SigningKeys keys;
    private final Duration tokenLife;

    @Inject
    AccountReader(Database database, Revocations revocations, SigningKeys keys, TokenSettings settings) {
        this.transactions = database.transactions();
        this.revocations = revocations;
        this.keys = keys;
        this.tokenLife = settings.lifetime().plus(Revocations.SLACK);
    }

    /** Reads all that concerns tokens that still live: at the start, and after this node was cut off. */
    public void loadAll() {
        changedSince(tokenLife);
    }

    /**
     * The accounts changed during the last while by the database's clock, with their counters. Let {@code overlap} exceed
     * the time between two calls by the longest transaction ({@code StoreSettings}): a change has the time at which its
     * transaction began.
     */
    public Map<UserId, Long> changedSince(Duration overlap) {
        keys.refresh();
        return transactions.read((em, jdbc) -> {
            learnEnded(jdbc, overlap);
            return learnChanged(jdbc, overlap);
        });
    }

    /** How one account stands now; empty when it does not exist. */
    public Optional<Standing> standing(UserId user) {
        return Optional.ofNullable(standings(List.of(user)).get(user));
    }

    /** How these accounts stand now; those that do not exist are missing. */
    public Map<UserId, Standing> standings(Collection<UserId> users) {
        return transactions.read((em, jdbc) -> {
            var standings = new HashMap<UserId, Standing>();
            List<UserId> all = List.copyOf(users);
            for (int from = 0; from < all.size(); from += PAGE) {
                read(jdbc, all.subList(from, Math.min(from + PAGE, all.size())), standings);
            }
            return standings;
        });
    }

    /** By the index on ended_at. */
    private void learnEnded(Connection jdbc, Duration overlap) throws SQLException {
        try (var statement = jdbc.prepareStatement("select id from sign_in where ended_at > " + SINCE)) {
            statement.setLong(1, overlap.toMillis());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    revocations.revoked(new SignInId(rows.getString(1)));
                }
            }
        }
    }

    /** By the index on changed_at; as many as changed in the last seconds. */
    private Map<UserId, Long> learnChanged(Connection jdbc, Duration overlap) throws SQLException {
        var changed = new HashMap<UserId, Long>();
        try (var statement = jdbc.prepareStatement("select id, rev, suspended_until, coalesce(suspended_until, 0) > "
                + DatabaseClock.NOW + " from account where changed_at > " + SINCE)) {
            statement.setLong(1, overlap.toMillis());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var user = new UserId(rows.getString(1));
                    changed.put(user, rows.getLong(2));
                    learn(user, rows.getLong(2), rows.getLong(3), rows.getBoolean(4));
                }
            }
        }
        return changed;
    }

    private void learn(UserId user, long rev, long suspendedUntilMillis, boolean suspended) {
        if (suspended) {
            revocations.suspended(user, Instant.ofEpochMilli(suspendedUntilMillis), rev);
        } else {
            revocations.restored(user, rev);
        }
    }

    private void read(Connection jdbc, List<UserId> page, Map<UserId, Standing> into) throws SQLException {
        Map<UserId, Set<SignInId>> ended = ended(jdbc, page);
        try (var statement = jdbc.prepareStatement("select id, rev, role, coalesce(suspended_until, 0) > "
                + DatabaseClock.NOW + " from account where id in (" + marks(page) + ")")) {
            setIds(statement, 0, page);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    Standing standing = standing(rows, ended);
                    into.put(standing.user(), standing);
                }
            }
        }
    }

    private static Standing standing(ResultSet row, Map<UserId, Set<SignInId>> ended) throws SQLException {
        var user = new UserId(row.getString(1));
        return new Standing(
                user,
                row.getLong(2),
                GlobalRole.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                row.getBoolean(4),
                Set.copyOf(ended.getOrDefault(user, Set.of())));
    }

    /** By the indexes on account_id and ended_at. */
    private Map<UserId, Set<SignInId>> ended(Connection jdbc, List<UserId> page) throws SQLException {
        var ended = new HashMap<UserId, Set<SignInId>>();
        try (var statement = jdbc.prepareStatement("select account_id, id from sign_in where ended_at > " + SINCE
                + " and account_id in (" + marks(page) + ")")) {
            statement.setLong(1, tokenLife.toMillis());
            setIds(statement, 1, page);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    ended.computeIfAbsent(new UserId(rows.getString(1)), user -> new HashSet<>())
                            .add(new SignInId(rows.getString(2)));
                }
            }
        }
        return ended;
    }

    private static String marks(List<UserId> page) {
        return String.join(", ", Collections.nCopies(page.size(), "?"));
    }

    private static void setIds(PreparedStatement statement, int after, List<UserId> page) throws SQLException {
        for (int i = 0; i < page.size(); i++) {
            statement.setString(after + i + 1, page.get(i).value());
        }
    }
}
