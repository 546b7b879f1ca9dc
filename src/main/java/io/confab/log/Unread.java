package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Counts what people have not read: the standing messages of others after the marker, never a difference of numbers.
 * Thread-safe; blocks for a database read and throws {@code io.confab.store.StoreFailure}.
 */
public interface Unread {
    /** Where counting stops: 100 means "99+". */
    int LIMIT = 100;

    /** @param atLeast where the marker is known to be though perhaps not stored yet, up to the head; 0 when nothing is known */
    record Asked(UserId user, RoomId room, long atLeast) {}

    /**
     * How one person's room stood at {@code head}.
     *
     * @param read the marker, not beyond {@code head}; before the first mark, the number at which the person joined
     * @param unread standing messages of others after it, at most {@link #LIMIT}
     * @param mentions those of them that mention the person, at most {@link #LIMIT}
     */
    record Counts(String epoch, long head, long read, int unread, int mentions) {}

    /** Counts for all in one go; where the person is no active member nothing is found. */
    Map<Asked, Counts> of(Collection<Asked> asked);

    /** The rooms of each of these people; no more than {@code most} for one. */
    Map<UserId, Set<RoomId>> rooms(Collection<UserId> users, int most);
}
