package io.confab.identity;

import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Devices that are signed in: login, and everything that ends one. What ends a sign-in locks the account row first, so
 * nothing of that person is committed by the log after the answer; it is told to this node's sockets after the commit,
 * and to other nodes by the account's counter. Thread-safe.
 */
@Singleton
public class SignIns {
    private static final System.Logger LOG = System.getLogger(SignIns.class.getName());

    private final Transactions transactions;
    private final Credentials credentials;
    private final FactorCodes codes;
    private final PasswordHashes hashes;
    private final AccessTokens tokens;
    private final Announcements announcements;
    private final SignInSettings settings;
    private final Rotation rotation;
    private final Ids ids = new Ids();

    @Inject
    SignIns(
            Database database,
            Credentials credentials,
            FactorCodes codes,
            PasswordHashes hashes,
            AccessTokens tokens,
            Announcements announcements,
            SignInSettings settings) {
        this.transactions = database.transactions();
        this.credentials = credentials;
        this.codes = codes;
        this.hashes = hashes;
        this.tokens = tokens;
        this.announcements = announcements;
        this.settings = settings;
        this.rotation = new Rotation(transactions, settings);
    }

    /** A device that is signed in now, with the pair of tokens it goes on with. */
    public record Session(Account user, SignInId signIn, AccessTokens.Issued access, String refresh) {
        @Override
        public String toString() {
            return "Session[" + user.id() + ", " + signIn + "]"; // never the tokens
        }
    }

    /** What somebody shows to get another password. @param otp a code of the second factor; blank: none was shown */
    public record PasswordChange(String current, String next, String otp) {
        @Override
        public String toString() {
            return "PasswordChange[]"; // never the passwords
        }
    }

    private record Begun(Account user, SignInId signIn, RefreshToken refresh, List<SignInId> ended) {}

    /**
     * The first step of a login: the password. Refused with {@code unauthorized} (whichever of name and password was wrong),
     * {@code rate_limited} or {@code unavailable}.
     */
    public Outcome<PasswordProof> prove(String username, String password, String address) {
        return credentials
                .prove(username, password, address)
                .map(proven -> new PasswordProof(
                        proven,
                        transactions.read((em, jdbc) ->
                                FactorRows.inForce(jdbc, proven.user()).isPresent())));
    }

    /**
     * The second step: signs a device in. Refused with {@code otp_required} (there is a second factor, and no code was
     * shown), {@code unauthorized} (the code, or the password has been changed), {@code forbidden} (suspended) or
     * {@code rate_limited}.
     *
     * @param otp a code of the second factor or a recovery code; empty: none was shown
     */
    public Outcome<Session> begin(PasswordProof proof, String otp, Device device) {
        Outcome<Begun> outcome = transactions.write((em, jdbc) -> {
            AccountRow account = AccountRows.lock(em, proof.user());
            long now = DatabaseClock.nowMillis(jdbc);
            Optional<Refusal> refusal = refusal(jdbc, account, proof, otp, now);
            return refusal.isPresent()
                    ? Outcome.refused(refusal.get())
                    : Outcome.done(begin(em, jdbc, account, proof, device, now));
        });
        return outcome.map(begun -> {
            announcements.ended(begun.user().id(), begun.ended(), begun.user().rev());
            return session(begun.user(), begun.signIn(), begun.refresh());
        });
    }

    private Optional<Refusal> refusal(Connection jdbc, AccountRow account, PasswordProof proof, String otp, long now)
            throws SQLException {
        if (!proof.isOf(account)) {
            return Optional.of(new Refusal.Unauthorized("the name or the password is wrong"));
        }
        if (account.suspendedAt(now)) {
            return Optional.of(AccountRows.suspension(account));
        }
        return codes.problem(jdbc, proof.user(), otp, now);
    }

    /**
     * Gives the next pair for a refresh token. Refused with {@code unauthorized} when it is not (or no longer) valid: the
     * device has to log in again; with {@code forbidden} while the person is suspended. A token shown again within the
     * grace, whose successor is unused, gives that successor again; any other reuse ends the whole sign-in.
     */
    public Outcome<Session> refresh(String refreshToken) {
        Optional<RefreshToken> shown = RefreshToken.parse(refreshToken);
        if (shown.isEmpty()) {
            return Outcome.refused(new Refusal.Unauthorized("the refresh token is malformed"));
        }
        return switch (rotation.turn(shown.get())) {
            case Rotation.Turned.Next(Account account, RefreshToken next) ->
                Outcome.done(session(account, next.signIn(), next));
            case Rotation.Turned.Refused(Refusal refusal) -> Outcome.refused(refusal);
            case Rotation.Turned.Reused(UserId user, Refusal refusal) -> {
                LOG.log(
                        Level.WARNING,
                        "a used refresh token of {0} was shown again: sign-in {1} is ended",
                        user,
                        shown.get().signIn());
                endThose(user, row -> row.id().equals(shown.get().signIn()));
                yield Outcome.refused(refusal);
            }
        };
    }

    /** The sign-ins of a person that live, the one used last first. */
    public List<SignIn> list(UserId user) {
        return transactions.read((em, jdbc) -> {
            long now = DatabaseClock.nowMillis(jdbc);
            return SignInRows.list(em, user, now, settings).stream()
                    .map(SignInRow::view)
                    .toList();
        });
    }

    /** Ends the caller's own sign-in. */
    public void logout(Caller caller) {
        end(caller.user(), caller.signIn());
    }

    /** Ends one sign-in of this person: {@code not_found} when there is no such living one. */
    public Outcome<SignInId> end(UserId user, SignInId signIn) {
        return endThose(user, row -> row.id().equals(signIn)).isEmpty()
                ? Outcome.refused(new Refusal.NotFound("no such sign-in"))
                : Outcome.done(signIn);
    }

    /** Ends all sign-ins of this person. */
    public List<SignInId> endAll(UserId user) {
        return endThose(user, row -> true);
    }

    /**
     * Changes the password of the caller and ends the caller's other sign-ins. Refused with {@code bad_request} (the new
     * one), {@code otp_required} (there is a second factor, and no code was shown), {@code unauthorized} (the old one or the
     * code is wrong), {@code rate_limited} or {@code unavailable}.
     */
    public Outcome<Account> changePassword(Caller caller, PasswordChange change, String address) {
        Optional<String> username = transactions.read((em, jdbc) -> Optional.ofNullable(
                        em.find(AccountRow.class, caller.user().value()))
                .map(row -> row.username));
        if (username.isEmpty()) {
            return Outcome.refused(new Refusal.Unauthorized("the account is gone"));
        }
        Optional<Refusal> problem = Passwords.problem(username.get(), change.next());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        return credentials
                .prove(username.get(), change.current(), address)
                .then(proven ->
                        hashes.hash(change.next()).then(newHash -> replace(caller, proven, change.otp(), newHash)));
    }

    private Outcome<Account> replace(Caller caller, Credentials.Proven proven, String otp, String newHash) {
        Outcome<SignInRows.Ended> outcome = transactions.write((em, jdbc) -> {
            AccountRow account = AccountRows.lock(em, proven.user());
            if (!account.passwordHash.equals(proven.storedHash())) {
                return Outcome.refused(new Refusal.Conflict("the password has just been changed by another request"));
            }
            long now = DatabaseClock.nowMillis(jdbc);
            Optional<Refusal> wrong = codes.problem(jdbc, proven.user(), otp, now);
            if (wrong.isPresent()) {
                return Outcome.refused(wrong.get());
            }
            account.passwordHash = newHash;
            return Outcome.done(
                    SignInRows.end(em, account, now, settings, row -> !row.id().equals(caller.signIn())));
        });
        return outcome.map(this::announce);
    }

    private Account announce(SignInRows.Ended ended) {
        announcements.ended(
                ended.account().id(), ended.signIns(), ended.account().rev());
        return ended.account();
    }

    private List<SignInId> endThose(UserId user, Predicate<SignInRow> which) {
        SignInRows.Ended ended = transactions.write((em, jdbc) -> {
            AccountRow account = AccountRows.lock(em, user);
            return SignInRows.end(em, account, DatabaseClock.nowMillis(jdbc), settings, which);
        });
        if (!ended.signIns().isEmpty()) {
            announce(ended);
        }
        return ended.signIns();
    }

    private Begun begin(
            EntityManager em, Connection jdbc, AccountRow account, PasswordProof proof, Device device, long now)
            throws SQLException {
        String rehashed = proof.rehashed();
        if (rehashed != null) {
            account.passwordHash = rehashed;
        }
        SignInRows.forgetMostEnded(jdbc, account, now);
        List<SignInId> ended = SignInRows.makeRoom(em, account, now, settings);
        var row = new SignInRow(ids.signIn(), proof.user(), device, now, settings.lifetime());
        RefreshToken refresh = row.begin();
        em.persist(row);
        account.raise(now);
        return new Begun(account.view(), row.id(), refresh, ended);
    }

    private Session session(Account user, SignInId signIn, RefreshToken refresh) {
        return new Session(user, signIn, tokens.issue(user.id(), signIn), refresh.text());
    }
}
