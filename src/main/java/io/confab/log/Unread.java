package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.Map;

/**
 * Counts what a person has not read: the standing messages of others after the marker, never a difference of numbers.
 * Thread-safe; blocks for a database read and throws {@code io.confab.store.StoreFailure}.
 */
public interface Unread {
    /** Where counting stops: 100 means "99+". */
    int LIMIT = 100;

    /**
     * @param read the marker; before the first mark, the number at which the person joined
     * @param unread standing messages of others after it, at most {@link #LIMIT}
     * @param mentions those of them that mention the person, at most {@link #LIMIT}
     */
    record Counts(long read, int unread, int mentions) {}

    /** For each room that the user is a member of. */
    Map<RoomId, Counts> of(UserId user);
}
