package io.confab.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line of a server, from the files in server-config/payara that run.sh reads too: tests run what users run. */
final class LaunchFlags {
    private static final Path CONFIG = Path.of("server-config").toAbsolutePath();
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    private LaunchFlags() {}

    static List<String> command(Path work, int port, Path settings, List<String> jvmFlags) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm(work));
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", server().toString()));
        command.addAll(micro(work, port, settings));
        return command;
    }

    /** Payara Micro, where the build has put it. */
    static Path server() {
        return TARGET.resolve("server/payara-micro.jar");
    }

    /** The flags of the JVM. */
    static List<String> jvm(Path work) {
        var words = words(work, 0);
        var flags = new ArrayList<>(read("jvm.options", words));
        flags.addAll(ServerProcess.LIGHTER);
        if (Runtime.version().feature() >= 24) {
            flags.addAll(read("jvm-24.options", words));
        }
        return flags;
    }

    /** The flags of Payara Micro. */
    static List<String> micro(Path work, int port, Path settings) {
        var flags = new ArrayList<>(read("micro.options", words(work, port)));
        flags.addAll(List.of("--systemproperties", settings.toString()));
        return flags;
    }

    private static Map<String, String> words(Path work, int port) {
        return Map.of(
                "{work}", work.toString(),
                "{address}", "127.0.0.1",
                "{port}", Integer.toString(port),
                "{config}", CONFIG.toString(),
                "{war}", TARGET.resolve("confab.war").toString());
    }

    private static List<String> read(String file, Map<String, String> words) {
        try {
            return Files.readAllLines(CONFIG.resolve("payara").resolve(file)).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> fill(line, words))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fill(String line, Map<String, String> words) {
        String filled = line;
        for (var word : words.entrySet()) {
            filled = filled.replace(word.getKey(), word.getValue());
        }
        return filled;
    }
}
