package io.confab.identity;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.confab.kernel.Refusal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.text.Normalizer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id hashes of passwords (RFC 9106), stored as PHC strings with their parameters. Costly on purpose, so it is kept
 * away from chat: one at a time for every two cores, a bounded number waits, and beyond that the answer is
 * {@code unavailable} at once (docs/adr/0030). Thread-safe; works on the caller's thread.
 */
@Singleton
class PasswordHashes {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Refusal BUSY =
            new Refusal.Unavailable("too many sign-ins at this moment; try again", Duration.ofSeconds(2));

    private final PasswordSettings settings;
    private final Argon2Function function;
    private final String dummy;
    private final Semaphore turns;
    private final int places;
    private final AtomicInteger present = new AtomicInteger();

    @Inject
    PasswordHashes(PasswordSettings settings) {
        this(settings, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    PasswordHashes(PasswordSettings settings, int atOnce) {
        this.settings = settings;
        this.function =
                Argon2Function.getInstance(settings.memoryKib(), settings.iterations(), 1, HASH_BYTES, Argon2.ID);
        this.turns = new Semaphore(atOnce, true);
        this.places = atOnce + settings.queue();
        this.dummy = compute(Secrets.random());
    }

    /** Whether a password was right, and its hash by today's parameters when the stored one was made with others. */
    record Check(boolean right, @Nullable String rehashed) {}

    /** The PHC string to store. */
    Outcome<String> hash(String password) {
        return inTurn(() -> compute(password));
    }

    /** Checks against a stored hash; against a dummy of the same cost when there is none, and then it is never right. */
    Outcome<Check> check(String password, @Nullable String stored) {
        return inTurn(() -> {
            String hash = stored == null ? dummy : stored;
            var made = Argon2Function.getInstanceFromHash(hash);
            boolean right = Password.check(normal(password), hash).with(made) && stored != null;
            return new Check(right, right && !made.equals(function) ? compute(password) : null);
        });
    }

    private String compute(String password) {
        return Password.hash(normal(password))
                .addRandomSalt(SALT_BYTES)
                .with(function)
                .getResult();
    }

    /** One password, however a keyboard composes its characters (NIST SP 800-63B, 5.1.1.2). */
    private static String normal(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    private <T> Outcome<T> inTurn(Supplier<T> work) {
        try {
            return present.incrementAndGet() <= places && takeTurn() ? inThisTurn(work) : Outcome.refused(BUSY);
        } finally {
            present.decrementAndGet();
        }
    }

    private boolean takeTurn() {
        try {
            return turns.tryAcquire(settings.maxWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops
            return false;
        }
    }

    private <T> Outcome<T> inThisTurn(Supplier<T> work) {
        try {
            return Outcome.done(work.get());
        } finally {
            turns.release();
        }
    }
}
