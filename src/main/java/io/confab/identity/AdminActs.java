package io.confab.identity;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Acts of an admin on something that is not in the database, such as a node. Thread-safe. */
@Singleton
public class AdminActs {
    private final Transactions transactions;
    private final SignInSettings settings;

    @Inject
    public AdminActs(Database database, SignInSettings settings) {
        this.transactions = database.transactions();
        this.settings = settings;
    }

    /** What an admin does in the transaction that knows that they may; writes its own audit line. */
    @FunctionalInterface
    public interface Act<T> {
        Outcome<T> in(Connection jdbc) throws SQLException;
    }

    /** Does it, unless somebody may not. What it answers as refused has written nothing. */
    public <T> Outcome<T> perform(Actor actor, Act<T> act) {
        return transactions.write((em, jdbc) -> {
            Optional<Refusal> refusal = mayAct(em, jdbc, actor);
            return refusal.isPresent() ? Outcome.refused(refusal.get()) : act.in(jdbc);
        });
    }

    /**
     * Why somebody may not; empty: they may, and it stands in the audit trail. The act itself follows.
     *
     * @param before how it stands
     * @param after how it will stand; null: it stands like that already, and there is nothing to write
     */
    public Optional<Refusal> refusal(Actor actor, AuditAct act, String target, String before, @Nullable String after) {
        return transactions.write((em, jdbc) -> {
            Optional<Refusal> refusal = mayAct(em, jdbc, actor);
            if (refusal.isEmpty() && after != null) {
                AuditTrail.record(jdbc, new AuditLine(actor.user(), act, target, before, after, null, actor.address()));
            }
            return refusal;
        });
    }

    private Optional<Refusal> mayAct(EntityManager em, Connection jdbc, Actor actor) throws SQLException {
        AccountRows.lockThoseThere(em, actor.user());
        return Acting.refusal(
                em, actor, DatabaseClock.nowMillis(jdbc), settings, role -> role == GlobalRole.ADMIN, "an admin");
    }
}
