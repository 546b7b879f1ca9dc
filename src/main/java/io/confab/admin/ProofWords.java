package io.confab.admin;

import io.confab.kernel.Refusal;
import java.time.Duration;

/** What a page says to who showed a password or a code that was not taken. */
final class ProofWords {
    private ProofWords() {}

    /** @param wrong the sentence for what was wrong */
    static String of(Refusal refusal, String wrong) {
        return switch (refusal) {
            case Refusal.Unauthorized ignored -> wrong;
            case Refusal.OtpRequired ignored -> "Enter a code of your second factor too, or a recovery code.";
            case Refusal.RateLimited limited -> "Too many attempts. Try again in " + words(limited.retryAfter()) + ".";
            case Refusal.Unavailable ignored -> "Too much happens here at once. Try again in a moment.";
            default -> "Not done: " + refusal.message() + ".";
        };
    }

    private static String words(Duration wait) {
        long seconds = Math.max(1, wait.toSeconds());
        return seconds < 120 ? seconds + " seconds" : wait.toMinutes() + " minutes";
    }
}
