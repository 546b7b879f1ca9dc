package io.confab.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import io.confab.kernel.Ids;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that sign access tokens (ES256), shared by all nodes through the database. The newest whose time has come
 * signs; the one before it verifies until its last token has run out, so two are valid at once. A new key signs only
 * {@link #NOTICE} after it was made: by then every node, which reads the table each {@link #REFRESH}, knows it. Thread-safe.
 *
 * <p>An unknown {@code kid} makes this node read the table again, at most once a second however many tokens ask, and holds
 * up one of them alone: anybody can make such a token up, and the database may be away.
 */
@Singleton
public class SigningKeys {
    static final Duration NOTICE = Duration.ofMinutes(2);
    private static final Duration REFRESH = Duration.ofMinutes(1);
    private static final Duration RELOAD_AT_MOST_EACH = Duration.ofSeconds(1);
    private static final System.Logger LOG = System.getLogger(SigningKeys.class.getName());

    private final Transactions transactions;
    private final SigningKeyTable table;
    private final TokenSettings settings;
    private final Clock clock;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Ring ring = new Ring(List.of(), Map.of(), Instant.MIN);

    @Inject
    public SigningKeys(Database database, TokenSettings settings, Clock clock) {
        this(database.transactions(), settings, clock);
    }

    SigningKeys(Transactions transactions, TokenSettings settings, Clock clock) {
        this.transactions = transactions;
        this.settings = settings;
        this.table = new SigningKeyTable(settings.secret());
        this.clock = clock;
    }

    /** A key that signs, and the name tokens give it. */
    record Signer(String kid, JWSSigner signer) {}

    private record Ring(List<SigningKey> newestFirst, Map<String, JWSVerifier> verifiers, Instant loadedAt) {}

    /** Makes a new key, which signs two minutes from now; the one that signs today verifies as long as its tokens live. */
    public void rotate() {
        insertNext(ring.newestFirst().isEmpty() ? Duration.ZERO : NOTICE);
        load();
    }

    /** Reads the keys, makes the first one if there is none, and the next one when the newest is too old. */
    void start() {
        load();
        if (ring.newestFirst().isEmpty()) {
            insertNext(Duration.ZERO);
            load();
        }
        rotateWhenDue();
    }

    /** Called every second or so: reads the table when it was read too long ago. */
    void refresh() {
        if (ring.loadedAt().plus(REFRESH).isBefore(clock.instant())) {
            load();
            rotateWhenDue();
        }
    }

    Signer signer() {
        long now = clock.millis();
        List<SigningKey> keys = ring.newestFirst();
        if (keys.isEmpty()) {
            throw new IllegalStateException("the signing keys have not been read yet");
        }
        SigningKey key = keys.stream()
                .filter(each -> each.signsFromMillis() <= now)
                .findFirst()
                .orElse(keys.getLast()); // the clock of this node is behind the one that made the first key
        try {
            return new Signer(key.kid(), new ECDSASigner(key.key()));
        } catch (JOSEException e) {
            throw new IllegalStateException("signing key " + key.kid() + " cannot sign", e);
        }
    }

    Optional<JWSVerifier> verifier(String kid) {
        JWSVerifier known = ring.verifiers().get(kid);
        if (known == null && Ids.isId(kid)) {
            reload(kid);
            known = ring.verifiers().get(kid);
        }
        return Optional.ofNullable(known);
    }

    private void reload(String kid) {
        if (!loading.tryLock()) {
            return; // no key is so new that it must be waited for: it signs only after NOTICE
        }
        try {
            if (!ring.verifiers().containsKey(kid)
                    && ring.loadedAt().plus(RELOAD_AT_MOST_EACH).isBefore(clock.instant())) {
                load();
            }
        } catch (StoreFailure e) {
            LOG.log(Level.WARNING, "signing keys could not be read again; a token with an unknown key is refused", e);
        } finally {
            loading.unlock();
        }
    }

    private void load() {
        loading.lock();
        try {
            List<SigningKey> keys = transactions.read((em, jdbc) -> table.newestFirst(jdbc));
            ring = new Ring(keys, verifiers(keys), clock.instant());
        } catch (RuntimeException e) {
            // after the read, which may have taken seconds: a failing database is not asked at once again
            ring = new Ring(ring.newestFirst(), ring.verifiers(), clock.instant());
            throw e;
        } finally {
            loading.unlock();
        }
    }

    private Map<String, JWSVerifier> verifiers(List<SigningKey> newestFirst) {
        var verifiers = new HashMap<String, JWSVerifier>();
        long lastToken =
                clock.millis() - settings.lifetime().plus(Revocations.SLACK).toMillis();
        for (SigningKey key : newestFirst) {
            verifiers.put(key.kid(), verifier(key));
            if (key.signsFromMillis() < lastToken) {
                break; // no token of an older key can still live
            }
        }
        return Map.copyOf(verifiers);
    }

    private static JWSVerifier verifier(SigningKey key) {
        try {
            return new ECDSAVerifier(key.key().toPublicJWK());
        } catch (JOSEException e) {
            throw new IllegalStateException("signing key " + key.kid() + " cannot verify", e);
        }
    }

    private void rotateWhenDue() {
        SigningKey newest = ring.newestFirst().getFirst();
        if (newest.createdAtMillis() + settings.keyAge().toMillis() < clock.millis()) {
            rotate();
        }
    }

    private void insertNext(Duration notice) {
        int generation =
                ring.newestFirst().isEmpty() ? 1 : ring.newestFirst().getFirst().generation() + 1;
        try {
            transactions.write((em, jdbc) -> table.insert(jdbc, generation, notice));
            LOG.log(Level.INFO, "signing key {0} made", generation);
        } catch (StoreFailure.UniqueViolation e) {
            LOG.log(Level.DEBUG, "another node made signing key {0} first", generation);
        }
    }
}
