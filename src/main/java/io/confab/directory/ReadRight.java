package io.confab.directory;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.room.RoomKind;
import io.confab.room.RoomState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a person may read a room, asked of the database each time and never of a cache. To somebody who is not a member,
 * a private room answers exactly as a room that does not exist. Thread-safe.
 */
@Singleton
public class ReadRight {
    private final RoomReader reader;
    private final Clock clock;

    @Inject
    public ReadRight(RoomReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /** May read: with what was found, or why not. */
    public sealed interface Answer {
        record May(RoomReader.Access access) implements Answer {}

        record MayNot(Refusal refusal) implements Answer {}
    }

    public Answer of(UserId user, RoomId room) {
        Instant now = clock.instant();
        Optional<RoomReader.Access> found = reader.access(room, user);
        if (found.isEmpty()) {
            return new Answer.MayNot(noSuchRoom());
        }
        RoomReader.Access access = found.get();
        if (access.suspended()) {
            return new Answer.MayNot(new Refusal.Forbidden("this account is suspended"));
        }
        if (access.membership().isActiveAt(now)) {
            return new Answer.May(access);
        }
        boolean known =
                access.state().kind() == RoomKind.PUBLIC || access.membership().role() != null;
        if (known && access.membership().isBannedAt(now)) { // a ban must not tell a stranger that the room exists
            return new Answer.MayNot(new Refusal.Banned("you are banned from this room", end(access)));
        }
        return new Answer.MayNot(known ? new Refusal.NotMember("join the room first") : noSuchRoom());
    }

    /** The room as it stands, for whoever reads it as staff; their right is asked where they come in. Empty: there is none. */
    public Optional<RoomState> ofStaff(UserId reader, RoomId room) {
        return this.reader.access(room, reader).map(RoomReader.Access::state);
    }

    /** The one sentence for a room that is not there and for one that must not be known. */
    public static Refusal noSuchRoom() {
        return new Refusal.NotFound("there is no such room");
    }

    private static @Nullable Instant end(RoomReader.Access access) {
        Instant until = access.membership().bannedUntil();
        return io.confab.room.Membership.FOREVER.equals(until) ? null : until;
    }
}
