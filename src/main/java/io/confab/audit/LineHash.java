package io.confab.audit;

import io.confab.kernel.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The hash that seals a line: SHA-256 over the hash before it, the line's number in the chain, and all that the line says,
 * each as a netstring ({@code 5:hello,}, length in bytes of UTF-8) or {@code ~} where there is nothing. So whoever has an
 * export can compute it without Confab (docs/console.md). The form never changes: lines sealed with it must be found right.
 */
final class LineHash {
    /** Before the first line. */
    static final String BEGINNING = "0".repeat(64);

    private LineHash() {}

    static String of(String before, long number, AuditTrail.Entry entry) {
        var line = entry.line();
        var bytes = new ByteArrayOutputStream();
        add(bytes, before);
        add(bytes, Long.toString(number));
        add(bytes, Long.toString(entry.number()));
        add(bytes, Long.toString(entry.at().toEpochMilli()));
        add(bytes, line.actor() == null ? null : line.actor().value());
        add(bytes, line.act());
        add(bytes, line.target());
        add(bytes, line.before());
        add(bytes, line.after());
        add(bytes, line.why());
        add(bytes, line.address());
        return HexFormat.of().formatHex(Sha256.of(bytes.toByteArray()));
    }

    private static void add(ByteArrayOutputStream bytes, @Nullable String text) {
        if (text == null) {
            bytes.write('~');
            return;
        }
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes((content.length + ":").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(content);
        bytes.write(',');
    }
}
