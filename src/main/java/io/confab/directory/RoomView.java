package io.confab.directory;

import io.confab.log.Unread;
import io.confab.room.RoomState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A room as one person sees it in a list.
 *
 * @param role word of the person's role; null: not a member (public rooms only)
 * @param peer the other person of a direct room
 * @param counts null where the person is no member
 */
public record RoomView(
        RoomState state, @Nullable String role, @Nullable Person peer, Unread.@Nullable Counts counts) {

    /** Somebody as others may see them. */
    public record Person(String id, String username, String displayName) {}

    public Optional<Person> other() {
        return Optional.ofNullable(peer);
    }
}
