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
 * @param sampled its spans are wanted
 * @param since when this node committed it, or got it from another
 */
public record Followed(RoomId room, long seq, String trace, String span, boolean sampled, Instant since) {
    private static final int MOST = 64;
    private static final Pattern ENTRY =
            Pattern.compile("([A-Za-z0-9_]{1,40}) ([0-9]{1,18}) 00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])");

    /** As the nodes tell each other: room, number and {@code traceparent} of each. */
    public static String header(List<Followed> events) {
        if (events.isEmpty()) {
            return ""; // as nearly always
        }
        return events.stream()
                .limit(MOST)
                .map(event -> event.room + " " + event.seq + " " + event.traceparent())
                .collect(Collectors.joining(","));
    }

    private String traceparent() {
        return "00-" + trace + "-" + span + (sampled ? "-01" : "-00");
    }

    /** What another node told; what it does not understand it leaves out. */
    static List<Followed> of(String header, Instant now) {
        var events = new ArrayList<Followed>();
        for (String entry : header.split(",", MOST + 1)) {
            var parts = ENTRY.matcher(entry);
            if (parts.matches()) {
                var room = new RoomId(parts.group(1));
                long seq = Long.parseLong(parts.group(2));
                boolean sampled = parts.group(5).equals("1");
                events.add(new Followed(room, seq, parts.group(3), parts.group(4), sampled, now));
            }
        }
        return events;
    }
}
