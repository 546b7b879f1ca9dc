package io.confab.trace;

import io.confab.kernel.RoomId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An event that came of a command which is followed.
 *
 * @param trace 32 hexadecimal digits
 * @param span 16 hexadecimal digits: of the whole command
 * @param since when this node committed it, or got it from another
 */
public record Followed(RoomId room, long seq, String trace, String span, Instant since) {
    private static final int MOST = 64;
    private static final Pattern ENTRY =
            Pattern.compile("([A-Za-z0-9_]{1,40}) ([0-9]{1,18}) 00-([0-9a-f]{32})-([0-9a-f]{16})-01");

    /** As the nodes tell each other: room, number and {@code traceparent} of each. */
    public static String header(List<Followed> events) {
        return events.stream()
                .limit(MOST)
                .map(event -> event.room + " " + event.seq + " 00-" + event.trace + "-" + event.span + "-01")
                .collect(Collectors.joining(","));
    }

    /** What another node told; what it does not understand it leaves out. */
    static List<Followed> of(String header, Instant now) {
        var events = new ArrayList<Followed>();
        for (String entry : header.split(",", MOST + 1)) {
            var parts = ENTRY.matcher(entry);
            if (parts.matches()) {
                var room = new RoomId(parts.group(1));
                events.add(new Followed(room, Long.parseLong(parts.group(2)), parts.group(3), parts.group(4), now));
            }
        }
        return events;
    }
}
