package io.confab.rule;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rule met.
 *
 * @param seq of the message; null: it was refused
 * @param met the folded text that it met; empty where it is no part of the text, or more than the rule itself says and the
 *     room is not public
 */
public record RuleHit(
        String id,
        String rule,
        Instant at,
        UserId author,
        RoomId room,
        @Nullable Long seq,
        Outcome outcome,
        String met) {
    /** Characters of {@link #met}. */
    static final int MAX_MET_CHARS = 100;

    static String shortened(String met) {
        return met.codePointCount(0, met.length()) <= MAX_MET_CHARS
                ? met
                : met.substring(0, met.offsetByCodePoints(0, MAX_MET_CHARS)) + "…";
    }

    /** What was done. */
    public enum Outcome {
        NOTED,
        ALERTED,
        HIDDEN,
        BLOCKED,
        MUTED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
