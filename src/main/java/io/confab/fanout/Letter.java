package io.confab.fanout;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of one message between nodes: a JSON array with one object a line, UTF-8, so that the objects are found again
 * without parsing them.
 */
final class Letter {
    /** More goes into a further message. */
    static final int MAX_CHARS = 128 * 1024;

    private static final String BETWEEN = ",\n";

    private Letter() {}

    /** The texts in as few bodies as the bound allows; a text beyond the bound gets one of its own. */
    static List<byte[]> pack(List<String> texts) {
        var bodies = new ArrayList<byte[]>();
        var body = new StringBuilder();
        for (String text : texts) {
            if (!body.isEmpty() && body.length() + text.length() > MAX_CHARS) {
                bodies.add(close(body));
            }
            body.append(body.isEmpty() ? "[" : BETWEEN).append(text);
        }
        if (!body.isEmpty()) {
            bodies.add(close(body));
        }
        return bodies;
    }

    /** The texts of a body; throws {@code IllegalArgumentException} when it is none. */
    static List<String> unpack(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.length() < 2 || text.charAt(0) != '[' || text.charAt(text.length() - 1) != ']') {
            throw new IllegalArgumentException("a message of " + body.length + " bytes is no array of events");
        }
        return List.of(text.substring(1, text.length() - 1).split(BETWEEN));
    }

    private static byte[] close(StringBuilder body) {
        byte[] bytes = body.append(']').toString().getBytes(StandardCharsets.UTF_8);
        body.setLength(0);
        return bytes;
    }
}
