package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person as the database has them.
 *
 * @param suspendedUntil {@link #UNTIL_LIFTED} when open-ended; null when never suspended; may lie in the past
 * @param rev raised by every change of sign-ins, suspension, role or room list
 */
public record Account(
        UserId id,
        String username,
        String displayName,
        GlobalRole role,
        @Nullable Instant suspendedUntil,
        @Nullable String suspendedWhy,
        long rev,
        Instant createdAt) {
    /** The end of a suspension that has none: 9999-12-31T23:59:59Z. */
    public static final Instant UNTIL_LIFTED = Instant.ofEpochSecond(253_402_300_799L);

    public static final int MAX_DISPLAY_NAME = 64;

    public boolean suspendedAt(Instant now) {
        return suspendedUntil != null && now.isBefore(suspendedUntil);
    }
}
