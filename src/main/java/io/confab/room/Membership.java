package io.confab.room;

import io.confab.kernel.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the room knows of one person: the projection of the member and sanction events.
 *
 * @param role null: not a member (only a sanction, or left)
 * @param mutedUntil null: not muted; {@link #FOREVER}: until lifted
 * @param bannedUntil null: not banned; {@link #FOREVER}: until lifted
 * @param lastSentAt time of the last message, kept only while slow mode is on
 */
public record Membership(
        UserId user,
        @Nullable RoomRole role,
        @Nullable Instant mutedUntil,
        @Nullable Instant bannedUntil,
        @Nullable Instant lastSentAt) {
    /** The end of a sanction without an end: 9999-12-31T23:59:59Z, which every database can hold. */
    public static final Instant FOREVER = Instant.ofEpochSecond(253_402_300_799L);

    /** Somebody of whom the room knows nothing. */
    public static Membership none(UserId user) {
        return new Membership(user, null, null, null, null);
    }

    public boolean isMutedAt(Instant now) {
        return mutedUntil != null && now.isBefore(mutedUntil);
    }

    public boolean isBannedAt(Instant now) {
        return bannedUntil != null && now.isBefore(bannedUntil);
    }

    /** A member who may read: has a role and no ban that runs. */
    public boolean isActiveAt(Instant now) {
        return role != null && !isBannedAt(now);
    }

    Membership withRole(@Nullable RoomRole newRole) {
        return new Membership(user, newRole, mutedUntil, bannedUntil, lastSentAt);
    }

    Membership withSanction(SanctionKind kind, @Nullable Instant until) {
        return switch (kind) {
            case MUTE -> new Membership(user, role, until, bannedUntil, lastSentAt);
            case BAN -> new Membership(user, role, mutedUntil, until, lastSentAt);
        };
    }

    Membership withLastSentAt(Instant ts) {
        return new Membership(user, role, mutedUntil, bannedUntil, ts);
    }
}
