package io.confab.job;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a job is to do. */
public sealed interface Task {
    /** Its word in rows, on the wire and in links. */
    default String kind() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /**
     * Messages are deleted, and kept apart for a while as what moderators delete is.
     *
     * @param user whose; null: everybody's, in the one room
     * @param room where; null: in all rooms and conversations of this person
     * @param back those sent in so long before it was ordered, and of a person those sent until the room's turn is over
     * @param mute for so long the person is muted first in each of these rooms; zero: not at all
     */
    record Deletion(@Nullable UserId user, @Nullable RoomId room, Duration back, Duration mute) implements Task {
        public static final Duration LEAST_BACK = Duration.ofMinutes(1);
        public static final Duration MOST_BACK = Duration.ofDays(90);
        /** It counts from the order, and the job may have to wait. */
        public static final Duration LEAST_MUTE = Duration.ofHours(1);

        public Deletion {
            if (user == null && room == null) {
                throw new IllegalArgumentException("a deletion is of a person's messages or of a room's");
            }
        }

        /** Of somebody's in all their rooms, who is muted first as briefly as may be. */
        public static Deletion of(UserId user, Duration back) {
            return new Deletion(user, null, back, LEAST_MUTE);
        }

        /** In words, behind "the last". */
        public static String span(Duration back) {
            long hours = back.toHours();
            if (hours < 1) {
                return back.toMinutes() == 1 ? "minute" : back.toMinutes() + " minutes";
            }
            return hours == 1 ? "hour" : hours % 24 == 0 && hours > 24 ? hours / 24 + " days" : hours + " hours";
        }

        public static boolean isInBounds(Duration back) {
            return back.compareTo(LEAST_BACK) >= 0 && back.compareTo(MOST_BACK) <= 0;
        }
    }

    /**
     * What a deletion took away comes back, as far as it still is as that left it, to how it stood before; so do the mutes that
     * it laid.
     *
     * @param of id of the deletion's job
     * @param deletion what that was to do
     */
    record Restoration(String of, Deletion deletion) implements Task {}

    /**
     * The server says something in rooms.
     *
     * @param everywhere in all that are there when it is ordered, archived ones and conversations of two left out
     * @param rooms else in these, without doubles; not among what is read of a job: its rooms have rows
     */
    record Announcement(String text, boolean everywhere, List<RoomId> rooms) implements Task {
        /** Code points. */
        public static final int MOST_CHARS = 4_000;

        public static final int MOST_ROOMS = 200;

        public Announcement {
            rooms = rooms.stream()
                    .distinct()
                    .sorted(Comparator.comparing(RoomId::value))
                    .toList();
        }
    }
}
