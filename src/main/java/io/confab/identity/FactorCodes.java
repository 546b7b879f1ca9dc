package io.confab.identity;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks what people show as their second factor, and keeps its secrets sealed. The caller's transaction holds the lock of the
 * account's row, and is committed whatever the answer: wrong codes are counted there, for all nodes together and over restarts,
 * so guessing is slowed down by the same waits wherever it is tried. Thread-safe.
 */
@Singleton
class FactorCodes {
    private static final System.Logger LOG = System.getLogger(FactorCodes.class.getName());
    private static final Pattern SIX_DIGITS = Pattern.compile("[0-9]{6}");
    private static final Pattern BETWEEN = Pattern.compile("[\\s-]+");
    private static final int MAX_SHOWN = 64;

    private final @Nullable KeySeal seal;
    private final boolean unsealed;
    private final int free;
    private final Duration longestWait;

    @Inject
    FactorCodes(TokenSettings tokens, SecondFactorSettings settings, LoginSettings logins) {
        this.seal = tokens.secret()
                .map(secret -> new KeySeal(secret, "second factors"))
                .orElse(null);
        this.unsealed = settings.unsealed();
        this.free = logins.freePerDevice();
        this.longestWait = logins.maxWait();
    }

    /** Whether a secret can be kept here as it has to be: sealed, unless this is a developer's own machine. */
    boolean canKeep() {
        return seal != null || unsealed;
    }

    String closed(UserId user, byte[] key) {
        String text = Secrets.text(key);
        return seal == null ? text : seal.seal(user.value(), text);
    }

    /** Empty: it was sealed with another secret than this node has. */
    Optional<byte[]> opened(UserId user, FactorRows.Factor factor) {
        String stored = factor.secret();
        if (!KeySeal.isSealed(stored)) {
            return Optional.of(Secrets.bytes(stored));
        }
        try {
            return seal == null ? Optional.empty() : Optional.of(Secrets.bytes(seal.open(user.value(), stored)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Why what was shown beside the password is not enough; empty: it is, or there is no second factor. Refused with
     * {@code otp_required} too when nothing was shown.
     */
    Optional<Refusal> problem(Connection jdbc, UserId user, String shown, long nowMillis) throws SQLException {
        Optional<FactorRows.Factor> factor = FactorRows.inForce(jdbc, user);
        if (factor.isEmpty()) {
            return Optional.empty();
        }
        return shown.isBlank()
                ? Optional.of(Refusal.OtpRequired.NEEDED)
                : use(jdbc, user, factor.get(), shown, nowMillis);
    }

    /**
     * Why what was shown is not good; empty: it is, and will not be again. Refused with {@code unauthorized} (wrong, or used
     * before) or {@code rate_limited}.
     *
     * @param factor of this person: in force, or to be confirmed now
     */
    Optional<Refusal> use(Connection jdbc, UserId user, FactorRows.Factor factor, String shown, long nowMillis)
            throws SQLException {
        long wait = factor.notBefore(free, longestWait) - nowMillis;
        if (wait > 0) {
            return Optional.of(new Refusal.RateLimited(
                    "too many wrong codes; wait before the next one",
                    Duration.ofMillis(wait),
                    "login",
                    0,
                    Duration.ZERO));
        }
        OptionalLong step = step(jdbc, user, factor, shown, nowMillis);
        if (step.isEmpty()) {
            FactorRows.failed(jdbc, user, factor.failed() + 1, nowMillis);
            return Optional.of(new Refusal.Unauthorized("the code is wrong, or was used before"));
        }
        FactorRows.counted(jdbc, user, step.getAsLong());
        return Optional.empty();
    }

    /** The step of the last code from now on; empty: it is no code. */
    private OptionalLong step(Connection jdbc, UserId user, FactorRows.Factor factor, String shown, long nowMillis)
            throws SQLException {
        String code = plain(shown);
        if (!SIX_DIGITS.matcher(code).matches()) {
            return FactorRows.take(jdbc, user, code) ? OptionalLong.of(factor.lastStep()) : OptionalLong.empty();
        }
        Optional<byte[]> key = opened(user, factor);
        if (key.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "the second factor of {0} was sealed with another confab.secret: only recovery codes are good",
                    user);
            return OptionalLong.empty();
        }
        return Totp.match(key.get(), code, nowMillis, factor.lastStep());
    }

    /** As codes are made: without what people put between its parts. */
    static String plain(String shown) {
        String text = shown.length() > MAX_SHOWN ? shown.substring(0, MAX_SHOWN) : shown;
        return BETWEEN.matcher(text).replaceAll("").toLowerCase(Locale.ROOT);
    }
}
