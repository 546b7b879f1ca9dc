package io.confab.kernel;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An expected "no": a value, never an exception. {@code io.confab.wire.ErrorCode} gives each its stable word; the
 * sentence is for the developer who reads it and never holds message text.
 */
public sealed interface Refusal {
    /** One sentence that helps; safe to show. */
    String message();

    record BadRequest(String message) implements Refusal {}

    record Unauthorized(String message) implements Refusal {}

    /** The password is right, and this account has a second factor: the same again with a code of it. */
    record OtpRequired(String message) implements Refusal {
        public static final OtpRequired NEEDED =
                new OtpRequired("this account has a second factor: send a code of it, or a recovery code, as 'otp'");
    }

    record Forbidden(String message) implements Refusal {}

    /** It does not exist, or the caller may not know that it does: the two are alike. */
    record NotFound(String message) implements Refusal {}

    /** The room is public and exists, and the caller is not in it. */
    record NotMember(String message) implements Refusal {}

    record RoomFrozen(String message) implements Refusal {}

    record RoomArchived(String message) implements Refusal {}

    /** @param until end of the mute; null: until lifted */
    record Muted(String message, @Nullable Instant until) implements Refusal {}

    /** @param until end of the ban; null: until lifted */
    record Banned(String message, @Nullable Instant until) implements Refusal {}

    record SlowMode(String message, Duration retryAfter) implements Refusal {}

    /** @param message the rule's own text for the author; @param rule its id */
    record BlockedByRule(String message, String rule) implements Refusal {}

    /**
     * @param bucket which limit was hit
     * @param limit its size
     * @param window in which it fills from empty; zero: it is no bucket of that kind
     */
    record RateLimited(String message, Duration retryAfter, String bucket, int limit, Duration window)
            implements Refusal {}

    /** The cid was used for another request. */
    record CidConflict(String message) implements Refusal {}

    record Conflict(String message) implements Refusal {}

    record TooLarge(String message) implements Refusal {}

    record TooManySubscriptions(String message) implements Refusal {}

    record EditWindowClosed(String message) implements Refusal {}

    /** For now it cannot be done (queue full, database away); the same request may be sent again. */
    record Unavailable(String message, Duration retryAfter) implements Refusal {}

    record Internal(String message) implements Refusal {}
}
