package io.confab.identity;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.Refusal;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may make an account: {@code confab.registration}, until an admin decides otherwise while the server runs; from then on,
 * on all nodes, what was decided last. Asked in the transaction that makes an account. Thread-safe.
 */
@Singleton
public class RegistrationPolicy {
    private static final String NAME = "registration";

    private final Transactions transactions;
    private final AdminActs acts;
    private final RegistrationMode unlessDecided;

    @Inject
    public RegistrationPolicy(Database database, AdminActs acts, IdentitySettings settings) {
        this.transactions = database.transactions();
        this.acts = acts;
        this.unlessDecided = settings.registration();
    }

    public RegistrationMode mode() {
        return transactions.read((em, jdbc) -> decided(jdbc)).orElse(unlessDecided);
    }

    /** Empty: nobody decided, and the setting holds; by the primary key. */
    static Optional<RegistrationMode> decided(Connection jdbc) throws SQLException {
        try (var statement = jdbc.prepareStatement("select setting from policy where name = '" + NAME + "'");
                var rows = statement.executeQuery()) {
            return rows.next()
                    ? Optional.of(RegistrationMode.valueOf(rows.getString(1).toUpperCase(Locale.ROOT)))
                    : Optional.empty();
        }
    }

    /** True: it was otherwise before. Only an admin may. Refused with {@code forbidden}, {@code bad_request} or {@code conflict}. */
    public Outcome<Boolean> decide(Actor actor, RegistrationMode mode, String why) {
        Optional<Refusal> problem =
                why.isBlank() ? Optional.of(new Refusal.BadRequest("say why")) : AuditLine.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        try {
            return acts.perform(actor, jdbc -> {
                RegistrationMode before = decided(jdbc).orElse(unlessDecided);
                if (before == mode) {
                    return Outcome.done(false);
                }
                write(jdbc, mode);
                AuditTrail.record(
                        jdbc,
                        new AuditLine(
                                actor.user(),
                                AuditAct.REGISTRATION_RULE,
                                "policy/" + NAME,
                                before.word(),
                                mode.word(),
                                why,
                                actor.address()));
                return Outcome.done(true);
            });
        } catch (StoreFailure.UniqueViolation e) {
            return Outcome.refused(new Refusal.Conflict("another admin decides this at the same moment"));
        }
    }

    private static void write(Connection jdbc, RegistrationMode mode) throws SQLException {
        long now = DatabaseClock.nowMillis(jdbc);
        for (String sql : new String[] {
            "update policy set setting = ?, changed_at = ? where name = '" + NAME + "'",
            "insert into policy (setting, changed_at, name) values (?, ?, '" + NAME + "')"
        }) {
            try (var statement = jdbc.prepareStatement(sql)) {
                statement.setString(1, mode.word());
                statement.setLong(2, now);
                if (statement.executeUpdate() > 0) {
                    return;
                }
            }
        }
    }
}
