package io.confab.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of settings and the code name the same keys: none is undocumented, none is documented that nobody reads. */
class SettingsReferenceTest {
    private static final Pattern IN_CODE = Pattern.compile(
            "\\.(?:integer|whole|duration|flag|choice|text|optional|secret)\\(\\s*\"(confab\\.[a-z0-9.-]+)\"");
    private static final Pattern IN_TABLE = Pattern.compile("(?m)^\\| `(confab\\.[a-z0-9.-]+)` \\|");

    private static Set<String> keys(Pattern pattern, String text) {
        var keys = new TreeSet<String>();
        var matcher = pattern.matcher(text);
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        return keys;
    }

    private static String sources() throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    @Test
    void everyKeyThatTheCodeReadsStandsInTheTableAndTheReverse() throws IOException {
        Set<String> read = keys(IN_CODE, sources());

        assertThat(read).hasSizeGreaterThan(50);
        assertThat(keys(IN_TABLE, Files.readString(Path.of("server-config/README.md"))))
                .isEqualTo(read);
    }
}
