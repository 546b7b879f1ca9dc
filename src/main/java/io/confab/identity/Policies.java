package io.confab.identity;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.Refusal;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What admins decide while the server runs, by name; from then on, on all nodes, what was decided last. What is not decided is as
 * its setting says. Thread-safe.
 */
@Singleton
public class Policies {
    private static final String UPDATE = "update policy set setting = ?, changed_at = ? where name = ?";
    private static final String INSERT = "insert into policy (setting, changed_at, name) values (?, ?, ?)";

    private final AdminActs acts;
    private final Database database;

    @Inject
    public Policies(Database database, AdminActs acts) {
        this.database = database;
        this.acts = acts;
    }

    /** Empty: nobody decided it. */
    public Optional<String> decided(String name) {
        return database.reads().query(jdbc -> decided(jdbc, name));
    }

    /** In the transaction that goes by it; by the primary key. */
    public static Optional<String> decided(Connection jdbc, String name) throws SQLException {
        try (var statement = jdbc.prepareStatement("select setting from policy where name = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /**
     * True: it was otherwise before. Only an admin may, and says why; it stands in the audit trail. Refused with {@code forbidden},
     * {@code bad_request} or {@code conflict}.
     *
     * @param unlessDecided how it is when nobody has decided it yet
     */
    public Outcome<Boolean> decide(
            Actor actor, String name, AuditAct act, String unlessDecided, String decision, String why) {
        Optional<Refusal> problem =
                why.isBlank() ? Optional.of(new Refusal.BadRequest("say why")) : AuditLine.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        try {
            return acts.perform(actor, jdbc -> {
                String before = decided(jdbc, name).orElse(unlessDecided);
                if (before.equals(decision)) {
                    return Outcome.done(false);
                }
                write(jdbc, name, decision, DatabaseClock.nowMillis(jdbc));
                AuditTrail.record(
                        jdbc, new AuditLine(actor.user(), act, target(name), before, decision, why, actor.address()));
                return Outcome.done(true);
            });
        } catch (StoreFailure.UniqueViolation e) {
            return Outcome.refused(new Refusal.Conflict("another admin decides this at the same moment"));
        }
    }

    /** Of two who decide at once, the second waits for the first, and one of two who are the first fails. */
    static void write(Connection jdbc, String name, String decision, long nowMillis) throws SQLException {
        try (var update = jdbc.prepareStatement(UPDATE);
                var insert = jdbc.prepareStatement(INSERT)) {
            for (PreparedStatement statement : List.of(update, insert)) {
                statement.setString(1, decision);
                statement.setLong(2, nowMillis);
                statement.setString(3, name);
            }
            if (update.executeUpdate() == 0) {
                insert.executeUpdate();
            }
        }
    }

    /** Of its audit lines. */
    static String target(String name) {
        return "policy/" + name;
    }
}
