package io.confab.wire;

import io.confab.kernel.Refusal;
import java.util.Locale;

/** The stable words of refusals, with their HTTP status (RFC 9457 problems) and whether a retry may help. */
public enum ErrorCode {
    BAD_REQUEST(400, false),
    UNKNOWN_TYPE(400, false),
    UNAUTHORIZED(401, false),
    /** Answers a login alone. */
    OTP_REQUIRED(401, false),
    FORBIDDEN(403, false),
    NOT_FOUND(404, false),
    NOT_MEMBER(403, false),
    ROOM_FROZEN(403, true),
    ROOM_ARCHIVED(403, false),
    MUTED(403, true),
    BANNED(403, true),
    SLOW_MODE(429, true),
    /** Its message is the rule's text for the author. */
    BLOCKED_BY_RULE(403, false),
    RATE_LIMITED(429, true),
    CID_CONFLICT(409, false),
    CONFLICT(409, false),
    TOO_LARGE(413, false),
    TOO_MANY_SUBS(403, false),
    EDIT_WINDOW_CLOSED(403, false),
    UNAVAILABLE(503, true),
    INTERNAL(500, true);

    private final int status;
    private final boolean temporary;

    ErrorCode(int status, boolean temporary) {
        this.status = status;
        this.temporary = temporary;
    }

    /** The HTTP status of a problem with this code. */
    public int status() {
        return status;
    }

    /** Whether the same request may succeed later without anybody changing it. */
    public boolean temporary() {
        return temporary;
    }

    /** The word on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The code of a refusal. */
    public static ErrorCode of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.BadRequest ignored -> BAD_REQUEST;
            case Refusal.Unauthorized ignored -> UNAUTHORIZED;
            case Refusal.OtpRequired ignored -> OTP_REQUIRED;
            case Refusal.Forbidden ignored -> FORBIDDEN;
            case Refusal.NotFound ignored -> NOT_FOUND;
            case Refusal.NotMember ignored -> NOT_MEMBER;
            case Refusal.RoomFrozen ignored -> ROOM_FROZEN;
            case Refusal.RoomArchived ignored -> ROOM_ARCHIVED;
            case Refusal.Muted ignored -> MUTED;
            case Refusal.Banned ignored -> BANNED;
            case Refusal.SlowMode ignored -> SLOW_MODE;
            case Refusal.BlockedByRule ignored -> BLOCKED_BY_RULE;
            case Refusal.RateLimited ignored -> RATE_LIMITED;
            case Refusal.CidConflict ignored -> CID_CONFLICT;
            case Refusal.Conflict ignored -> CONFLICT;
            case Refusal.TooLarge ignored -> TOO_LARGE;
            case Refusal.TooManySubscriptions ignored -> TOO_MANY_SUBS;
            case Refusal.EditWindowClosed ignored -> EDIT_WINDOW_CLOSED;
            case Refusal.Unavailable ignored -> UNAVAILABLE;
            case Refusal.Internal ignored -> INTERNAL;
        };
    }
}
