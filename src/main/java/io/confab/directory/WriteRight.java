package io.confab.directory;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.room.Facts;
import io.confab.room.RoomDecisions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * Whether a person may write in a room just now, slow mode aside, for what is told without being logged (typing). One read
 * by key, past every cache. Messages do not come through here: the log's writer decides on those. Thread-safe.
 */
@Singleton
public class WriteRight {
    private final RoomReader reader;
    private final Clock clock;

    @Inject
    public WriteRight(RoomReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /** False also when there is no such room or person. */
    public boolean has(UserId user, RoomId room) {
        return reader.access(room, user)
                .map(access -> RoomDecisions.mayWrite(
                        access.state(),
                        new Facts.Actor(user, access.role(), access.suspended()),
                        access.membership(),
                        clock.instant()))
                .orElse(false);
    }
}
