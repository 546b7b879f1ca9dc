package io.confab.admin;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * When a console session was used last, and whether its person has been away so long that an act asks for the password again.
 * Kept in the session; thread-safe.
 */
final class Away implements Serializable {
    static final String ATTRIBUTE = Away.class.getName();
    private static final long serialVersionUID = 1L;

    private Instant used;
    private boolean proofNeeded;

    /** @param now when the password was shown */
    Away(Instant now) {
        this.used = now;
    }

    /** Whether nobody asked for anything during so long. */
    synchronized boolean isLongerThan(Duration time, Instant now) {
        return now.isAfter(used.plus(time));
    }

    /**
     * Something is asked for.
     *
     * @param byItself by a page that nobody touched: no use of the session. Who claims that falsely gains nothing by it,
     *     since the password is asked for all the same.
     */
    synchronized void ask(Instant now, Duration proveAgain, boolean byItself) {
        proofNeeded |= isLongerThan(proveAgain, now);
        if (!byItself) {
            used = now;
        }
    }

    synchronized boolean isProofNeeded() {
        return proofNeeded;
    }

    synchronized void proven() {
        proofNeeded = false;
    }
}
