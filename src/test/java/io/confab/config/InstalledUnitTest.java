package io.confab.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node installed by the very commands of docs/operations.md, and started by its unit's own command; the server is a stand-in. */
class InstalledUnitTest {
    private static final Path PAGE = Path.of("docs/operations.md");
    private static final Path UNIT = Path.of("server-config/systemd/confab@.service");
    /** Tells what it was started with, then a log that is longer than a start's. */
    private static final String STAND_IN =
            "#!/bin/sh\nfor word in \"$@\"; do echo \"argument: $word\"; done\nseq 30000\n";

    private static final String ON_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    @TempDir
    private Path folder;

    @BeforeEach
    void install() throws Exception {
        Path clone = Files.createDirectories(folder.resolve("clone/target/server"));
        Files.writeString(clone.resolve("payara-micro.jar"), "stand-in");
        Files.writeString(folder.resolve("clone/target/confab.war"), "stand-in");
        Files.writeString(folder.resolve("clone/confab.properties"), "confab.secret=hunter2\n");
        Files.createSymbolicLink(
                folder.resolve("clone/server-config"), Path.of("server-config").toAbsolutePath());
        Files.createDirectories(folder.resolve("etc/systemd/system"));
        String commands = "set -e\n" + String.join("\n", commandsOfThePage());

        String said = run(
                folder.resolve("clone"),
                Map.of(),
                List.of("bash", "-c", commands.replaceAll(" /(opt|etc)/", " " + folder + "/$1/")));

        assertThat(said).isEmpty();
    }

    private static List<String> commandsOfThePage() throws IOException {
        String section =
                Files.readString(PAGE).replaceFirst("(?s).*\n## systemd\n", "").replaceFirst("(?s)\n## .*", "");
        return Pattern.compile("^ {4}((?:install|cp|ln) .*)$", Pattern.MULTILINE)
                .matcher(section)
                .results()
                .map((MatchResult command) -> command.group(1))
                .toList();
    }

    @Test
    void onlyWhatRunsTheNodeIsCopiedAndItsSecretsAreForRootAlone() throws IOException {
        try (Stream<Path> copied = Files.list(folder.resolve("opt/confab/server-config"))) {
            assertThat(copied.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("run.sh", "build.sh", "payara");
        }
        assertThat(folder.resolve("etc/systemd/system/confab@.service")).exists();
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("etc/confab/confab.properties"))))
                .isEqualTo("rw-------");
    }

    @Test
    void itsCommandComesToTheServerWithNoMoreThanSystemdGivesItAndTheFileOfItsLogStaysSmall() throws Exception {
        String said = run(folder, environment(STAND_IN), command());

        assertThat(said)
                .contains("Starting Confab on Java 99, profile production")
                .contains("argument: " + folder + "/opt/confab/target/server/payara-micro.jar\n")
                .contains("argument: " + folder + "/opt/confab/target/confab.war\n")
                .contains("argument: " + folder + "/etc/confab/confab.properties\n")
                .contains("\n30000\n")
                .contains("the server ended before it was ready");
        Path log = folder.resolve("state/server/server.log");
        await().untilAsserted(() -> assertThat(Files.readAllLines(log)).hasSize(20_000));
    }

    /** docs/adr/0004; it does not end by TERM then. */
    @Test
    void aServerThatHangsInItsOwnStartIsStartedOnceMore() throws Exception {
        Path script = folder.resolve("opt/confab/server-config/run.sh");
        Files.writeString(
                script, Files.readString(script).replace("server_start_seconds=120", "server_start_seconds=1"));
        String hangs = "#!/bin/sh\nif [ ! -e %s ]; then touch %1$s; trap '' TERM QUIT; exec sleep 60; fi\n"
                .formatted(folder.resolve("hung"));

        String said = run(folder, environment(hangs + STAND_IN), command());

        assertThat(said)
                .contains("The server hangs in its own start (docs/adr/0004): starting it once more")
                .contains("argument: " + folder + "/opt/confab/target/confab.war\n");
    }

    /** An hour at least: tables with many messages are migrated before the node is ready. */
    @Test
    void itWaitsForAMigration() throws IOException {
        List<String> words = Arrays.asList(execStart().split(" "));

        assertThat(Integer.parseInt(words.get(words.indexOf("--wait") + 1))).isGreaterThanOrEqualTo(3600);
    }

    private static String execStart() throws IOException {
        return Files.readString(UNIT)
                .lines()
                .filter(line -> line.startsWith("ExecStart="))
                .findFirst()
                .orElseThrow()
                .replaceFirst("ExecStart=", "");
    }

    private List<String> command() throws IOException {
        var words = new ArrayList<String>();
        for (String word : execStart().split(" ")) {
            words.add(word.replaceFirst("^/opt/", folder + "/opt/")
                    .replace("${ADDRESS}", "127.0.0.1")
                    .replace("${PORT}", freePort())
                    .replace("${STATE_DIRECTORY}", folder + "/state")
                    .replace("${CREDENTIALS_DIRECTORY}", folder + "/etc/confab"));
        }
        return words;
    }

    private static String freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    /** What a unit of a DynamicUser has, no HOME among it; the stand-in is the newest Java on its path. */
    private Map<String, String> environment(String standIn) throws IOException {
        Path programs = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"99.0.1\"\n");
        for (String program : List.of("java", "javac")) {
            Path file = Files.writeString(programs.resolve(program), standIn);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return Map.of("PATH", programs + ":" + ON_PATH, "STATE_DIRECTORY", folder + "/state", "CONFAB_NODE", "node1");
    }

    private static String run(Path where, Map<String, String> variables, List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
        if (!variables.isEmpty()) {
            builder.environment().clear();
            builder.environment().putAll(variables);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
