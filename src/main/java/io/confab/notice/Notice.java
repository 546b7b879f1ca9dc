package io.confab.notice;

import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.Locale;

/**
 * @param text what they are told, one line
 * @param seen they have said so, or it was taken back
 */
public record Notice(String id, UserId user, Kind kind, String text, Instant at, boolean seen) {
    /** What a notice is about. */
    public enum Kind {
        /** Staff ask the person to change how they behave. */
        WARNING;

        /** On the wire and in the database. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
