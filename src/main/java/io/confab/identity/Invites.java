package io.confab.identity;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Codes with which one person each may register. Only their SHA-256 is stored. Thread-safe. */
@Singleton
public class Invites {
    static final int MAX_CHARACTERS = 64;
    private static final Duration LONGEST = Duration.ofDays(90);
    private static final String OPEN =
            " code_hash = ? and used_by is null and revoked_at is null and expires_at > " + DatabaseClock.NOW;

    /** One that ran out or was used stays as it is. */
    private static final String REVOKE = "update invite set revoked_at = " + DatabaseClock.NOW + " where" + OPEN;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Transactions transactions;
    private final SignInSettings settings;

    @Inject
    public Invites(Database database, SignInSettings settings) {
        this.transactions = database.transactions();
        this.settings = settings;
    }

    /**
     * Makes a code and answers it, for the only time. Refused with {@code forbidden} unless the actor is an admin.
     *
     * @param why null: not said
     */
    public Outcome<String> create(Actor actor, Duration lifetime, @Nullable String why) {
        if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(LONGEST) > 0) {
            return Outcome.refused(new Refusal.BadRequest("an invite lives at most " + LONGEST.toDays() + " days"));
        }
        Optional<Refusal> problem = AuditLine.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        return transactions.write((em, jdbc) -> {
            AccountRows.lockThoseThere(em, actor.user());
            long now = DatabaseClock.nowMillis(jdbc);
            Optional<Refusal> refusal = mayInvite(em, actor, now);
            if (refusal.isPresent()) {
                return Outcome.refused(refusal.get());
            }
            String code = Secrets.random();
            insert(jdbc, actor.user(), code, lifetime);
            AuditTrail.record(
                    jdbc,
                    new AuditLine(
                            actor.user(),
                            AuditAct.INVITE_CREATE,
                            target(Secrets.hash(code)),
                            null,
                            lifetime.toString(),
                            why,
                            actor.address()));
            return Outcome.done(code);
        });
    }

    /**
     * Takes an invite back that nobody has used; true: it was open until now. Refused with {@code forbidden},
     * {@code not_found} or {@code conflict} (somebody has registered with it).
     *
     * @param id as {@link #isId} knows it
     * @param why null: not said
     */
    public Outcome<Boolean> revoke(Actor actor, String id, @Nullable String why) {
        Optional<Refusal> problem = AuditLine.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        return transactions.write((em, jdbc) -> {
            AccountRows.lockThoseThere(em, actor.user());
            Optional<Refusal> refusal = mayInvite(em, actor, DatabaseClock.nowMillis(jdbc));
            if (refusal.isPresent()) {
                return Outcome.refused(refusal.get());
            }
            boolean revoked = changed(jdbc, REVOKE, id);
            if (revoked) {
                AuditTrail.record(
                        jdbc,
                        new AuditLine(
                                actor.user(),
                                AuditAct.INVITE_REVOKE,
                                target(id),
                                "open",
                                "revoked",
                                why,
                                actor.address()));
            } else if (!found(jdbc, "select 1 from invite where code_hash = ?", id)) {
                return Outcome.refused(new Refusal.NotFound("no such invite"));
            } else if (found(jdbc, "select 1 from invite where code_hash = ? and used_by is not null", id)) {
                return Outcome.refused(new Refusal.Conflict("somebody has registered with it already"));
            }
            return Outcome.done(revoked);
        });
    }

    /** By what the list and {@link #revoke} know the invite with this code. */
    public static String idOf(String code) {
        return Secrets.hash(code);
    }

    /** Whether this has the form of an invite's id: what is stored of its code, from which nobody finds the code. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    private static String target(String id) {
        return "invite/" + id;
    }

    private Optional<Refusal> mayInvite(EntityManager em, Actor actor, long nowMillis) throws SQLException {
        return Acting.refusal(em, actor, nowMillis, settings, role -> role == GlobalRole.ADMIN, "an admin");
    }

    static boolean isOpen(Connection jdbc, String code) throws SQLException {
        return found(jdbc, "select 1 from invite where" + OPEN, Secrets.hash(code));
    }

    private static boolean found(Connection jdbc, String sql, String id) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            statement.setString(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static boolean changed(Connection jdbc, String sql, String id) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            statement.setString(1, id);
            return statement.executeUpdate() == 1;
        }
    }

    /** Uses the code up; false when it is not (or no longer) good. Of two who try at once one gets it. */
    static boolean take(Connection jdbc, String code, UserId newcomer) throws SQLException {
        try (var statement = jdbc.prepareStatement("update invite set used_by = ? where" + OPEN)) {
            statement.setString(1, newcomer.value());
            statement.setString(2, Secrets.hash(code));
            return statement.executeUpdate() == 1;
        }
    }

    private static void insert(Connection jdbc, UserId by, String code, Duration lifetime) throws SQLException {
        try (var statement = jdbc.prepareStatement(
                "insert into invite (code_hash, created_by, created_at, expires_at) values (?, ?, ?, ?)")) {
            long now = DatabaseClock.nowMillis(jdbc);
            statement.setString(1, Secrets.hash(code));
            statement.setString(2, by.value());
            statement.setLong(3, now);
            statement.setLong(4, now + lifetime.toMillis());
            statement.executeUpdate();
        }
    }
}
