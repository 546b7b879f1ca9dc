package io.confab.identity;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Second factors: people set theirs up, show it again and take it away; an admin says of whom one is asked. What changes one
 * holds the lock of the account's row and writes an audit line in the same transaction. Thread-safe.
 *
 * <p>Confirming a factor ends the account's other sign-ins, and every later one shows a code before it begins. So each
 * living sign-in of an account with a factor has shown it, and to ask whether somebody has one is to ask whether they showed
 * it (docs/adr/0067).
 */
@Singleton
public class SecondFactors {
    /** How long the secret of a factor that is not yet in force is shown. */
    private static final Duration PENDING = Duration.ofMinutes(15);

    private static final int CODES = 10;
    private static final int CODE_BYTES = 10; // 16 characters
    static final String NONE = "no second factor";
    static final String ONE = "second factor";
    private static final Refusal NO_SECRET =
            new Refusal.Conflict("this server has no confab.secret, so it keeps no second factor");

    private final Transactions transactions;
    private final Credentials credentials;
    private final FactorCodes codes;
    private final Announcements announcements;
    private final SignInSettings signIns;
    private final String issuer;

    @Inject
    SecondFactors(
            Database database,
            Credentials credentials,
            FactorCodes codes,
            Announcements announcements,
            SignInSettings signIns,
            TokenSettings tokens) {
        this.transactions = database.transactions();
        this.credentials = credentials;
        this.codes = codes;
        this.announcements = announcements;
        this.signIns = signIns;
        this.issuer = tokens.issuer();
    }

    /**
     * How somebody stands.
     *
     * @param since in force since then; null: it is not
     * @param recoveryCodes how many are left
     * @param asked this installation asks one of them
     * @param possible one can be set up here
     */
    public record State(@Nullable Instant since, int recoveryCodes, boolean asked, boolean possible) {
        public boolean isInForce() {
            return since != null;
        }
    }

    /** What goes into an authenticator app: by hand, or as a QR code. */
    public record Setup(String secret, String address) {
        @Override
        public String toString() {
            return "Setup[]"; // never the secret
        }
    }

    private record Confirmed(List<String> recoveryCodes, SignInRows.Ended ended) {}

    public State state(UserId user) {
        return transactions.read((em, jdbc) -> {
            Optional<FactorRows.Factor> factor = FactorRows.inForce(jdbc, user);
            FactorRule rule = FactorRows.rule(jdbc);
            boolean asked = AccountRows.find(em, user)
                    .filter(account -> rule.asks(account.role()))
                    .isPresent();
            return new State(
                    factor.map(FactorRows.Factor::confirmedAt)
                            .map(Instant::ofEpochMilli)
                            .orElse(null),
                    factor.isPresent() ? FactorRows.codes(jdbc, user) : 0,
                    asked,
                    codes.canKeep());
        });
    }

    /**
     * Makes a secret, which is in force once {@link #confirm} was shown a code of it. Refused with {@code unauthorized} (the
     * password), {@code conflict} (there is one, or none can be kept here), {@code rate_limited} or {@code unavailable}.
     */
    public Outcome<Setup> begin(Actor owner, String password) {
        if (!codes.canKeep()) {
            return Outcome.refused(NO_SECRET);
        }
        return proven(owner, password, (em, jdbc, account) -> {
            if (FactorRows.inForce(jdbc, owner.user()).isPresent()) {
                return Outcome.refused(new Refusal.Conflict("there is a second factor already; remove it first"));
            }
            byte[] key = Secrets.randomBytes(Totp.KEY_BYTES);
            String sealed = codes.closed(owner.user(), key);
            FactorRows.begin(jdbc, owner.user(), sealed, owner.signIn(), DatabaseClock.nowMillis(jdbc));
            return Outcome.done(setup(account, key));
        });
    }

    /** What was begun by this sign-in a moment ago and is not in force yet. */
    public Optional<Setup> pending(Actor owner) {
        return transactions.read((em, jdbc) -> {
            Optional<FactorRows.Factor> factor = pending(jdbc, owner);
            Optional<byte[]> key = factor.flatMap(f -> codes.opened(owner.user(), f));
            return key.flatMap(k -> AccountRows.find(em, owner.user()).map(account -> setup(account, k)));
        });
    }

    private static Optional<FactorRows.Factor> pending(Connection jdbc, Actor owner) throws SQLException {
        long since = DatabaseClock.nowMillis(jdbc) - PENDING.toMillis();
        return FactorRows.find(jdbc, owner.user())
                .filter(f -> !f.isInForce() && f.begunBy().equals(owner.signIn()) && f.createdAtMillis() > since);
    }

    private Setup setup(AccountRow account, byte[] key) {
        return new Setup(Base32.text(key), Totp.address(issuer, account.username, key));
    }

    /**
     * Puts the factor in force, ends the person's other sign-ins, and gives the recovery codes: this once. Refused with
     * {@code conflict} (nothing was begun, or too long ago), {@code unauthorized} (the code) or {@code rate_limited}.
     */
    public Outcome<List<String>> confirm(Actor owner, String code) {
        Outcome<Confirmed> outcome = transactions.write((em, jdbc) -> {
            AccountRow account = AccountRows.lock(em, owner.user());
            long now = DatabaseClock.nowMillis(jdbc);
            Optional<FactorRows.Factor> factor = pending(jdbc, owner);
            if (factor.isEmpty() || !lives(em, owner, now)) {
                return Outcome.refused(new Refusal.Conflict("no second factor was begun here; begin again"));
            }
            Optional<Refusal> wrong = codes.use(jdbc, owner.user(), factor.get(), code, now);
            if (wrong.isPresent()) {
                return Outcome.refused(wrong.get());
            }
            List<String> fresh = freshCodes();
            FactorRows.confirm(jdbc, owner.user(), plain(fresh), now);
            record(jdbc, owner, AuditAct.FACTOR_SET, NONE, ONE);
            return Outcome.done(new Confirmed(
                    fresh,
                    SignInRows.end(em, account, now, signIns, row -> !row.id().equals(owner.signIn()))));
        });
        return outcome.map(confirmed -> {
            Account account = confirmed.ended().account();
            announcements.ended(account.id(), confirmed.ended().signIns(), account.rev());
            return confirmed.recoveryCodes();
        });
    }

    private boolean lives(EntityManager em, Actor owner, long nowMillis) {
        SignInRow row = em.find(SignInRow.class, owner.signIn().value());
        return row != null && row.accountId.equals(owner.user().value()) && row.livesAt(nowMillis, signIns.idle());
    }

    /** {@code abcd-efgh-ijkl-mnop}. */
    private static String recoveryCode() {
        String text = Base32.text(Secrets.randomBytes(CODE_BYTES)).toLowerCase(Locale.ROOT);
        return String.join("-", text.substring(0, 4), text.substring(4, 8), text.substring(8, 12), text.substring(12));
    }

    /**
     * Removes one's own. Refused with {@code otp_required}, {@code unauthorized} (the password or the code), {@code conflict}
     * (there is none), {@code rate_limited} or {@code unavailable}.
     */
    public Outcome<UserId> remove(Actor owner, String password, String code) {
        return proven(owner, password, (em, jdbc, account) -> {
            if (FactorRows.inForce(jdbc, owner.user()).isEmpty()) {
                return Outcome.refused(new Refusal.Conflict("there is no second factor"));
            }
            Optional<Refusal> wrong = codes.problem(jdbc, owner.user(), code, DatabaseClock.nowMillis(jdbc));
            if (wrong.isPresent()) {
                return Outcome.refused(wrong.get());
            }
            FactorRows.delete(jdbc, owner.user());
            record(jdbc, owner, AuditAct.FACTOR_REMOVED, ONE, NONE);
            return Outcome.done(owner.user());
        });
    }

    /**
     * New recovery codes in place of the old ones, of which none is good any more: this once. Refused as {@link #remove} is.
     */
    public Outcome<List<String>> renewCodes(Actor owner, String password, String code) {
        return proven(owner, password, (em, jdbc, account) -> {
            if (FactorRows.inForce(jdbc, owner.user()).isEmpty()) {
                return Outcome.refused(new Refusal.Conflict("there is no second factor"));
            }
            Optional<Refusal> wrong = codes.problem(jdbc, owner.user(), code, DatabaseClock.nowMillis(jdbc));
            if (wrong.isPresent()) {
                return Outcome.refused(wrong.get());
            }
            int left = FactorRows.codes(jdbc, owner.user());
            List<String> fresh = freshCodes();
            FactorRows.replaceCodes(jdbc, owner.user(), plain(fresh));
            record(jdbc, owner, AuditAct.FACTOR_CODES, left + " recovery codes", CODES + " new recovery codes");
            return Outcome.done(fresh);
        });
    }

    private static List<String> freshCodes() {
        return Stream.generate(SecondFactors::recoveryCode).limit(CODES).toList();
    }

    private static List<String> plain(List<String> shown) {
        return shown.stream().map(FactorCodes::plain).toList();
    }

    /**
     * Whether it is still this person: the password again, and a code if they have a factor. Refused with
     * {@code otp_required}, {@code unauthorized}, {@code rate_limited} or {@code unavailable}.
     */
    public Outcome<UserId> prove(Actor owner, String password, String code) {
        return proven(
                owner,
                password,
                (em, jdbc, account) -> codes.problem(jdbc, owner.user(), code, DatabaseClock.nowMillis(jdbc))
                        .map(Outcome::<UserId>refused)
                        .orElseGet(() -> Outcome.done(owner.user())));
    }

    public FactorRule rule() {
        return transactions.read((em, jdbc) -> FactorRows.rule(jdbc));
    }

    /**
     * Says of whom a factor is asked; true: it was otherwise before. Only an admin may, who has one: nobody locks themselves
     * out. Refused with {@code forbidden}, {@code conflict} or {@code unavailable}.
     */
    public Outcome<Boolean> require(Actor actor, FactorRule rule, @Nullable String why) {
        Optional<Refusal> problem = AuditLine.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        try {
            return transactions.write((em, jdbc) -> decide(em, jdbc, actor, rule, why));
        } catch (StoreFailure.UniqueViolation e) {
            return Outcome.refused(new Refusal.Conflict("another admin decides this at the same moment"));
        }
    }

    private Outcome<Boolean> decide(
            EntityManager em, Connection jdbc, Actor actor, FactorRule rule, @Nullable String why) throws SQLException {
        AccountRows.lockThoseThere(em, actor.user());
        long now = DatabaseClock.nowMillis(jdbc);
        Optional<Refusal> refusal =
                Acting.refusal(em, actor, now, signIns, role -> role == GlobalRole.ADMIN, "an admin");
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        if (rule != FactorRule.NOBODY && FactorRows.inForce(jdbc, actor.user()).isEmpty()) {
            return Outcome.refused(new Refusal.Conflict("set up your own second factor first"));
        }
        FactorRule before = FactorRows.rule(jdbc);
        if (before == rule) {
            return Outcome.done(false);
        }
        Policies.write(jdbc, FactorRows.RULE, rule.word(), now);
        AuditTrail.record(
                jdbc,
                new AuditLine(
                        actor.user(),
                        AuditAct.FACTOR_RULE,
                        Policies.target(FactorRows.RULE),
                        before.word(),
                        rule.word(),
                        why,
                        actor.address()));
        return Outcome.done(true);
    }

    /** What is done once the password was shown, with the account locked. */
    @FunctionalInterface
    private interface Proven<T> {
        Outcome<T> with(EntityManager em, Connection jdbc, AccountRow account) throws SQLException;
    }

    private <T> Outcome<T> proven(Actor owner, String password, Proven<T> work) {
        String username = transactions.read((em, jdbc) ->
                AccountRows.find(em, owner.user()).map(row -> row.username).orElse(""));
        return credentials
                .prove(username, password, owner.address())
                .then(proof -> transactions.write((em, jdbc) -> {
                    AccountRow account = AccountRows.lock(em, owner.user());
                    return account.passwordHash.equals(proof.storedHash())
                            ? work.with(em, jdbc, account)
                            : Outcome.refused(
                                    new Refusal.Conflict("the password has just been changed by another request"));
                }));
    }

    private static void record(Connection jdbc, Actor owner, AuditAct act, String before, String after)
            throws SQLException {
        AuditTrail.record(
                jdbc, new AuditLine(owner.user(), act, owner.user().value(), before, after, null, owner.address()));
    }
}
