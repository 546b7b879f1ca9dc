package io.confab.identity;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.audit.SanctionHistory;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What staff do to accounts. Each act decides on the rows of actor, the actor's sign-in and the target, the accounts locked in
 * the order of their ids, and writes its audit line in the same transaction; what was so already changes nothing and has no
 * line. Moderators act on users; admins on everybody
 * but themselves, so there is always one left. Thread-safe.
 */
@Singleton
public class AccountActs {
    private final Transactions transactions;
    private final Announcements announcements;
    private final SignInSettings signIns;
    private final Beside beside;

    @Inject
    AccountActs(Database database, Announcements announcements, SignInSettings settings) {
        this(database.transactions(), announcements, settings, (jdbc, changed) -> {});
    }

    private AccountActs(Transactions transactions, Announcements announcements, SignInSettings signIns, Beside beside) {
        this.transactions = transactions;
        this.announcements = announcements;
        this.signIns = signIns;
        this.beside = beside;
    }

    /** What is written in the transaction of an act that nothing stood against, so that neither is there without the other. */
    @FunctionalInterface
    public interface Beside {
        /** @param changed false: it was so already */
        void in(Connection jdbc, boolean changed) throws SQLException;
    }

    /** The same acts, each with this written beside it. */
    public AccountActs with(Beside beside) {
        return new AccountActs(transactions, announcements, signIns, beside);
    }

    /**
     * What somebody who might has decided, and the server carries out: they need not be signed in for it any more.
     *
     * @param by who decided it, as whose it counts
     */
    public record Order(UserId by, Standing standing) {
        /** Asked in the transaction of the act, the accounts locked. */
        @FunctionalInterface
        public interface Standing {
            /** False: it was carried out or called off meanwhile, so nothing is done. */
            boolean in(Connection jdbc) throws SQLException;
        }
    }

    /** Who acts: somebody by their own sign-in, or the server for somebody. */
    private sealed interface By {
        UserId user();

        record Own(Actor actor) implements By {
            @Override
            public UserId user() {
                return actor.user();
            }
        }

        record Ordered(Order order) implements By {
            @Override
            public UserId user() {
                return order.by();
            }
        }
    }

    /** @param until of a suspension; null for every other act */
    private record Act(
            By by,
            UserId target,
            AuditAct act,
            @Nullable String why,
            @Nullable Instant until) {
        Act(Actor actor, UserId target, AuditAct act, @Nullable String why) {
            this(new By.Own(actor), target, act, why, null);
        }
    }

    /** Changes the target's row, which is locked; gives what the audit line says of it, twice the same when it was so. */
    @FunctionalInterface
    private interface Change {
        State on(AccountRow target, EntityManager em, long nowMillis) throws SQLException;
    }

    private record State(String before, String after) {
        boolean changed() {
            return !before.equals(after);
        }
    }

    /**
     * An act that nothing stood against.
     *
     * @param account as it stands after it
     * @param changed false: it was so already, nothing was done and no line written
     */
    public record Done(Account account, boolean changed) {}

    /**
     * Suspends a person: no login, no refresh, nothing sent; their sockets close 4503. Their sign-ins live on for the day
     * the suspension ends. Refused with {@code forbidden}, {@code not_found} or {@code bad_request}.
     *
     * @param until in milliseconds, ahead by the database's clock; null: until lifted
     */
    public Outcome<Done> suspend(Actor actor, UserId target, @Nullable Instant until, @Nullable String reason) {
        return suspend(new By.Own(actor), target, until, reason);
    }

    /** Likewise, by the server. */
    public Outcome<Done> suspend(Order order, UserId target, @Nullable Instant until, @Nullable String reason) {
        return suspend(new By.Ordered(order), target, until, reason);
    }

    private Outcome<Done> suspend(By by, UserId target, @Nullable Instant until, @Nullable String reason) {
        Instant end = until == null || until.isAfter(Account.UNTIL_LIFTED)
                ? Account.UNTIL_LIFTED
                : until.truncatedTo(ChronoUnit.MILLIS);
        return setSuspension(new Act(by, target, AuditAct.USER_SUSPEND, reason, end))
                .map(done -> {
                    if (done.changed()) {
                        announcements.suspended(target, end, done.account().rev());
                    }
                    return done;
                });
    }

    /** Ends a suspension. */
    public Outcome<Done> lift(Actor actor, UserId target, @Nullable String reason) {
        return lift(new By.Own(actor), target, reason);
    }

    /** Likewise, by the server. */
    public Outcome<Done> lift(Order order, UserId target, @Nullable String reason) {
        return lift(new By.Ordered(order), target, reason);
    }

    private Outcome<Done> lift(By by, UserId target, @Nullable String reason) {
        return setSuspension(new Act(by, target, AuditAct.USER_UNSUSPEND, reason, null))
                .map(done -> {
                    if (done.changed()) {
                        announcements.restored(target, done.account().rev());
                    }
                    return done;
                });
    }

    /** Gives a person a global role; only admins may. */
    public Outcome<Done> setRole(Actor actor, UserId target, GlobalRole role, @Nullable String reason) {
        return perform(new Act(actor, target, AuditAct.USER_ROLE, reason), (row, em, now) -> {
                    var state = new State(row.role, role.word());
                    if (state.changed()) {
                        row.role = role.word();
                        row.raise(now);
                    }
                    return state;
                })
                .map(done -> {
                    if (done.changed()) {
                        announcements.changed(target, done.account().rev());
                    }
                    return done;
                });
    }

    /** Signs a person out of all devices. */
    public Outcome<Done> signOut(Actor actor, UserId target, @Nullable String reason) {
        var ended = new ArrayList<SignInId>();
        return perform(new Act(actor, target, AuditAct.USER_SIGN_OUT, reason), (row, em, now) -> {
                    ended.addAll(
                            SignInRows.end(em, row, now, signIns, each -> true).signIns());
                    return new State(ended.size() + " sign-ins", "0 sign-ins");
                })
                .map(done -> announceEnded(done, ended));
    }

    /** Signs a person out of one device; one that has ended already stays so. */
    public Outcome<Done> signOut(Actor actor, UserId target, SignInId signIn, @Nullable String reason) {
        var ended = new ArrayList<SignInId>();
        return perform(new Act(actor, target, AuditAct.USER_SIGN_OUT, reason), (row, em, now) -> {
                    ended.addAll(SignInRows.end(
                                    em, row, now, signIns, each -> each.id().equals(signIn))
                            .signIns());
                    return new State(signIn + (ended.isEmpty() ? " ended" : " live"), signIn + " ended");
                })
                .map(done -> announceEnded(done, ended));
    }

    /** Takes the second factor of somebody who has lost it; they sign in with the password alone until they set up another. */
    public Outcome<Done> removeFactor(Actor actor, UserId target, @Nullable String reason) {
        return perform(new Act(actor, target, AuditAct.FACTOR_REMOVED, reason), (row, em, now) -> {
            Connection jdbc = em.unwrap(Connection.class);
            boolean there = FactorRows.inForce(jdbc, target).isPresent();
            if (there) {
                FactorRows.delete(jdbc, target);
            }
            return new State(there ? SecondFactors.ONE : SecondFactors.NONE, SecondFactors.NONE);
        });
    }

    /** Writes, or takes back, what somebody is told; in the transaction of the act. */
    @FunctionalInterface
    public interface Telling {
        /** False: it was so already. */
        boolean in(Connection jdbc) throws SQLException;
    }

    /** Warns a person, by what {@code telling} writes. */
    public Outcome<Done> warn(Actor actor, UserId target, Telling telling, @Nullable String reason) {
        return perform(
                new Act(actor, target, AuditAct.USER_WARNED, reason),
                (row, em, now) ->
                        new State("not warned", telling.in(em.unwrap(Connection.class)) ? "warned" : "not warned"));
    }

    /** Takes a warning back that was not seen yet. */
    public Outcome<Done> takeWarningBack(Actor actor, UserId target, Telling telling, @Nullable String reason) {
        return perform(
                new Act(actor, target, AuditAct.USER_UNWARNED, reason),
                (row, em, now) -> new State(
                        telling.in(em.unwrap(Connection.class)) ? "warned, not seen" : "not warned", "not warned"));
    }

    private Done announceEnded(Done done, List<SignInId> ended) {
        if (done.changed()) {
            announcements.ended(done.account().id(), ended, done.account().rev());
        }
        return done;
    }

    private Outcome<Done> setSuspension(Act act) {
        return perform(act, (row, em, now) -> {
            Long untilMillis = act.until() == null ? null : (Long) act.until().toEpochMilli();
            var state = new State(describe(row.suspendedUntilMillis), describe(untilMillis));
            if (state.changed()) {
                row.suspendedUntilMillis = untilMillis;
                row.suspendedWhy = untilMillis == null ? null : act.why();
                row.raise(now);
                keep(em.unwrap(Connection.class), act, now);
            }
            return state;
        });
    }

    private static void keep(Connection jdbc, Act act, long nowMillis) throws SQLException {
        var on = new SanctionHistory.On(SanctionHistory.Kind.SUSPENSION, null, act.target());
        var by = new SanctionHistory.By(act.by().user(), Instant.ofEpochMilli(nowMillis), act.why());
        if (act.act() == AuditAct.USER_SUSPEND) {
            SanctionHistory.laid(jdbc, on, by, act.until());
        } else {
            SanctionHistory.lifted(jdbc, on, by);
        }
    }

    private static String describe(@Nullable Long suspendedUntilMillis) {
        if (suspendedUntilMillis == null) {
            return "not suspended";
        }
        Instant until = Instant.ofEpochMilli(suspendedUntilMillis);
        return until.isBefore(Account.UNTIL_LIFTED) ? "suspended until " + until : "suspended";
    }

    private Outcome<Done> perform(Act act, Change change) {
        Optional<Refusal> problem = AuditLine.reasonProblem(act.why());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        return transactions.write((em, jdbc) -> {
            AccountRows.lockThoseThere(em, act.by().user(), act.target());
            long now = DatabaseClock.nowMillis(jdbc);
            Optional<AccountRow> target = AccountRows.find(em, act.target());
            Optional<Refusal> refusal =
                    mayAct(em, act, now).or(() -> outOfReach(em, act, target)).or(() -> notAhead(act, target, now));
            if (refusal.isPresent()) {
                return Outcome.refused(refusal.get());
            }
            AccountRow row = target.orElseThrow();
            if (act.by() instanceof By.Ordered(Order order) && !order.standing().in(jdbc)) {
                return Outcome.done(new Done(row.view(), false));
            }
            State state = change.on(row, em, now);
            if (state.changed()) {
                AuditTrail.record(jdbc, line(act, state));
            }
            beside.in(jdbc, state.changed());
            return Outcome.done(new Done(row.view(), state.changed()));
        });
    }

    private static AuditLine line(Act act, State state) {
        Actor actor = act.by() instanceof By.Own(Actor own) ? own : null;
        return new AuditLine(
                actor == null ? UserId.SERVER : actor.user(),
                act.act(),
                act.target().value(),
                state.before(),
                actor == null ? state.after() + ", on behalf of " + act.by().user() : state.after(),
                act.why(),
                actor == null ? null : actor.address());
    }

    private Optional<Refusal> mayAct(EntityManager em, Act act, long nowMillis) throws SQLException {
        if (!(act.by() instanceof By.Own(Actor actor))) {
            return Optional.empty(); // they might when they decided it
        }
        boolean adminsOnly = act.act() == AuditAct.USER_ROLE || act.act() == AuditAct.FACTOR_REMOVED;
        return adminsOnly
                ? Acting.refusal(em, actor, nowMillis, signIns, role -> role == GlobalRole.ADMIN, "an admin")
                : Acting.refusal(em, actor, nowMillis, signIns, GlobalRole::moderates, "a moderator");
    }

    private static Optional<Refusal> outOfReach(EntityManager em, Act act, Optional<AccountRow> target) {
        if (target.isEmpty() || act.target().equals(UserId.SERVER)) {
            return Optional.of(new Refusal.NotFound("no such account"));
        }
        if (act.by().user().equals(act.target())) {
            return Optional.of(new Refusal.BadRequest("nobody does this to themselves"));
        }
        boolean admin = AccountRows.find(em, act.by().user())
                .filter(actor -> actor.role() == GlobalRole.ADMIN)
                .isPresent();
        boolean outranked = !admin && target.get().role() != GlobalRole.USER;
        return outranked ? Optional.of(new Refusal.Forbidden("only an admin acts on staff")) : Optional.empty();
    }

    /** What was so already is no mistake: an act sent again, since its outcome was not known. */
    private static Optional<Refusal> notAhead(Act act, Optional<AccountRow> target, long nowMillis) {
        Instant until = act.until();
        if (until == null) {
            return Optional.empty();
        }
        boolean soAlready = target.isPresent()
                && until.truncatedTo(ChronoUnit.MILLIS).equals(instant(target.get().suspendedUntilMillis));
        return soAlready || until.isAfter(Instant.ofEpochMilli(nowMillis))
                ? Optional.empty()
                : Optional.of(new Refusal.BadRequest("'until' must lie ahead"));
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
