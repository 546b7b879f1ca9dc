package io.confab.search;

import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a message stands among all, by time: what was found is shown newest first and goes on below a place. As text, for
 * addresses: {@code 1764151234567.17.r_…}.
 *
 * @param ts milliseconds since 1970
 */
public record Place(long ts, RoomId room, long seq) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\.(\\d{1,18})\\.(.+)");
    /** Sorts before every room. */
    static final RoomId FIRST_ROOM = new RoomId("-");

    /** Below it stands all that is older. */
    static Place at(Instant end) {
        return new Place(end.toEpochMilli(), FIRST_ROOM, 0);
    }

    /** Of an address; empty: it is none. */
    public static Optional<Place> parse(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches() && Ids.isId(parts.group(3))
                ? Optional.of(new Place(
                        Long.parseLong(parts.group(1)), new RoomId(parts.group(3)), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return ts + "." + seq + "." + room.value();
    }
}
