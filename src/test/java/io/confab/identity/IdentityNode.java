package io.confab.identity;

import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All of identity as one node has it, on a real database; two of them on one URL are two nodes. */
public final class IdentityNode implements AutoCloseable {
    static final Device LAPTOP = new Device("test/1.0", "192.0.2.1");
    public static final String PASSWORD = "correct horse";

    public final TestClock clock = new TestClock();
    final RecordedEvents events = new RecordedEvents();
    public final Database database;
    final Configuration configuration;
    final TokenSettings tokenSettings;
    final SigningKeys keys;
    final Revocations revocations;
    final AccessTokens tokens;
    final PasswordHashes hashes;
    public final Accounts accounts;
    final SignIns signIns;
    public final SecondFactors factors;
    public final AccountActs acts;
    public final SignInPurge purge;
    public final AccountReader reader;
    public final Invites invites;
    public final ConsoleSignIns console;
    public final AdminActs admin;
    public final Policies policies;
    public final RegistrationPolicy registration;

    IdentityNode(String url, Map<String, String> settings) {
        var all = new HashMap<>(Map.of(
                "confab.db.url", url,
                "confab.db.pool", "4",
                "confab.db.log-pool", "3",
                "confab.profile", "dev",
                "confab.registration", "open",
                "confab.password.memory-kib", "7168",
                "confab.password.iterations", "1"));
        all.putAll(settings);
        configuration = new Configuration(key -> Optional.ofNullable(all.get(key)));
        database = new Database(StoreSettings.from(configuration));
        tokenSettings = TokenSettings.from(configuration);
        var logins = LoginSettings.from(configuration);
        var signInSettings = SignInSettings.from(configuration);
        keys = new SigningKeys(database, tokenSettings, clock);
        revocations = new Revocations(tokenSettings, clock);
        tokens = new AccessTokens(keys, revocations, tokenSettings, clock);
        hashes = new PasswordHashes(PasswordSettings.from(configuration));
        accounts = new Accounts(
                database.transactions(),
                hashes,
                IdentitySettings.from(configuration).registration(),
                logins,
                clock::nanos);
        var announcements = new Announcements(revocations, events);
        var credentials = new Credentials(database.transactions(), hashes, logins, clock::nanos);
        var codes = new FactorCodes(tokenSettings, SecondFactorSettings.from(configuration), logins);
        signIns = new SignIns(database, credentials, codes, hashes, tokens, announcements, signInSettings);
        factors = new SecondFactors(database, credentials, codes, announcements, signInSettings, tokenSettings);
        acts = new AccountActs(database, announcements, signInSettings);
        purge = new SignInPurge(database, signInSettings, clock);
        reader = new AccountReader(database, revocations, keys, tokenSettings);
        invites = new Invites(database, signInSettings);
        console = new ConsoleSignIns(database, signInSettings);
        admin = new AdminActs(database, signInSettings);
        policies = new Policies(database, admin);
        registration = new RegistrationPolicy(policies, IdentitySettings.from(configuration));
        keys.start();
    }

    public IdentityNode(String url) {
        this(url, Map.of());
    }

    static String freshName() {
        return "n" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    }

    /** Of its database, for a second node on it. */
    String url() {
        return StoreSettings.from(configuration).url();
    }

    /** A new person with the password {@link #PASSWORD}. */
    Account person() {
        return done(accounts.register(new Accounts.Registration(freshName(), PASSWORD, null, null), LAPTOP.address()));
    }

    public Account person(GlobalRole role) {
        Account person = person();
        sql("update account set role = ? where id = ?", role.word(), person.id().value());
        return new Account(
                person.id(),
                person.username(),
                person.displayName(),
                role,
                person.suspendedUntil(),
                person.suspendedWhy(),
                person.rev(),
                person.createdAt());
    }

    public SignIns.Session login(Account person) {
        return done(login(person.username(), PASSWORD, LAPTOP));
    }

    /** Both steps of a login, by somebody without a second factor. */
    Outcome<SignIns.Session> login(String username, String password, Device device) {
        return signIns.prove(username, password, device.address()).then(proof -> signIns.begin(proof, "", device));
    }

    static Caller caller(SignIns.Session session) {
        return new Caller(
                session.user().id(), session.signIn(), session.access().expiresAt());
    }

    /** This person, signed in to act. */
    public Actor actor(Account person) {
        return new Actor(person.id(), login(person).signIn(), "192.0.2.9");
    }

    AccessTokens.Verified verify(SignIns.Session session) {
        return tokens.verify(session.access().token());
    }

    public int sql(String statement, Object... parameters) {
        return database.transactions().write((em, jdbc) -> update(jdbc, statement, parameters));
    }

    /** The first column of the first row as text. */
    @Nullable
    public String one(String query, Object... parameters) {
        return database.transactions().read((em, jdbc) -> {
            try (var prepared = jdbc.prepareStatement(query)) {
                set(prepared, parameters);
                try (var rows = prepared.executeQuery()) {
                    return rows.next() ? rows.getString(1) : null;
                }
            }
        });
    }

    /** The first admin, as the start of a node makes one. */
    public void makeFirstAdmin() {
        new FirstAdmin(database.transactions(), hashes, Optional.of(PASSWORD)).start();
    }

    /** As if it had ended so much earlier. */
    void endedEarlier(SignIns.Session session, Duration by) {
        sql(
                "update sign_in set ended_at = ended_at - ? where id = ?",
                by.toMillis(),
                session.signIn().value());
    }

    /** So many sign-ins like this one that ended at the beginning of time. */
    void copies(SignIns.Session session, int count) {
        database.transactions().write((em, jdbc) -> {
            try (var insert = jdbc.prepareStatement("insert into sign_in (id, account_id, client, address, created_at,"
                    + " used_at, expires_at, family_key, refresh_hash, ended_at) select ?, account_id, client, address,"
                    + " 0, 0, 0, family_key, refresh_hash, 0 from sign_in where id = ?")) {
                for (int i = 0; i < count; i++) {
                    insert.setString(1, freshName());
                    insert.setString(2, session.signIn().value());
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
    }

    boolean isKept(SignIns.Session session) {
        return one("select 1 from sign_in where id = ?", session.signIn().value()) != null;
    }

    /** As if the last refresh had been so much earlier. */
    void rotatedEarlier(SignIns.Session session, Duration by) {
        sql(
                "update sign_in set rotated_at = rotated_at - ? where id = ?",
                by.toMillis(),
                session.signIn().value());
    }

    long rev(UserId user) {
        return accounts.find(user).orElseThrow().rev();
    }

    static <T> T done(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(Refusal refusal) -> throw new AssertionError("refused: " + refusal);
        };
    }

    static Refusal refused(Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?>(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + outcome);
    }

    private static int update(Connection jdbc, String statement, Object... parameters) throws SQLException {
        try (var prepared = jdbc.prepareStatement(statement)) {
            set(prepared, parameters);
            return prepared.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
