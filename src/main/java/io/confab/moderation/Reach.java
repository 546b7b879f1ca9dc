package io.confab.moderation;

import io.confab.kernel.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rooms somebody may see, and act in, from the console: all of them, or those that they moderate themselves, as it
 * stands at each question.
 *
 * @param moderator null: all rooms
 */
public record Reach(@Nullable UserId moderator) {
    public static final Reach ALL = new Reach(null);

    /** Rooms, not conversations of two, in which this person is owner or moderator and not banned; by room_member_user. */
    private static final String MODERATED = "select m.room_id from room_member m join room k on k.id = m.room_id"
            + " where m.user_id = ? and m.role in ('owner', 'moderator') and coalesce(m.banned_until, 0) <= ?"
            + " and k.kind <> 'direct'";

    public boolean isAll() {
        return moderator == null;
    }

    /** What holds for a room {@code r} within reach; takes {@link #values}. */
    String condition() {
        return condition("r.id");
    }

    /** What holds for a row whose room stands in this column, within reach; takes {@link #values}. */
    public String condition(String column) {
        return isAll() ? "" : " and " + column + " in (" + MODERATED + ")";
    }

    /** For the marks of {@link #condition}, in their order. */
    public List<Object> values(long nowMillis) {
        return moderator == null ? List.of() : List.of(moderator.value(), nowMillis);
    }
}
