package io.confab.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The frames of docs/protocol/v1.md, one of each kind, byte for byte: {@code in.*} of a client, {@code out.*} of the server,
 * {@code event.*} of a room's log. A name goes on after the frame's type where there are several of it.
 */
public final class WireFixtures {
    private static final Path FOLDER = Path.of("src/test/resources/wire/v1");

    private WireFixtures() {}

    /** The text of one, e.g. {@code out.ok.sub}. */
    public static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name + ".json")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names that begin so, without that beginning. */
    public static List<String> named(String beginning) {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(beginning))
                    .map(name -> name.substring(beginning.length(), name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
