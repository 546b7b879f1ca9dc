package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;

/** One person in one room. Ordered by person, then room. */
record MemberKey(RoomId room, UserId user) implements Comparable<MemberKey> {
    @Override
    public int compareTo(MemberKey other) {
        int byUser = user.compareTo(other.user);
        return byUser != 0 ? byUser : room.compareTo(other.room);
    }
}
