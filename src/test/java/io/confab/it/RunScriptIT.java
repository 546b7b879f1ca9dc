package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.ApiClient;
import io.confab.it.support.RunScript;
import io.confab.it.support.ServerProcess;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator sees of run.sh: it says when the server is ready and takes it along when it ends. A start that fails ends
 * the script with 1 and the reason; the server, which would live on, is ended too.
 */
class RunScriptIT {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final String LISTENER_THAT_IS_MISSING = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <listener><listener-class>does.not.Exist</listener-class></listener>
            </web-app>
            """;

    @Test
    void serverIsReadyWhenItSaysSoAndGoneWhenItHasStoppedAndANewerRuntimeIsNoJdk(@TempDir Path folder)
            throws IOException {
        Path runtime = runtimeWithoutCompiler(folder); // chosen, it would be the reason why nothing starts
        var variables = Map.of("JAVA_HOME", runtime.toString(), "CONFAB_TRACE_ONE_IN", "1", "CONFAB_NODE", "n7");
        try (var script = RunScript.start(variables, "--log", "json")) {
            script.awaitOutput("Confab is ready at " + script.base(), ServerProcess.START_LIMIT);
            assertThat(new ApiClient(script.base()).get("health/ready").status())
                    .isEqualTo(200);
            followedInJson(script);

            script.sigterm();

            assertThat(script.awaitEnd(STOP_LIMIT)).isZero();
            assertThat(script.output()).doesNotContain("Java 99").endsWith("Confab has stopped.\n");
            try (var free = new ServerSocket(script.base().getPort(), 1, InetAddress.getLoopbackAddress())) {
                assertThat(free.isBound()).isTrue();
            }
        }
    }

    /** The fields of a followed message's lines are fields of the JSON objects too. */
    private static void followedInJson(RunScript script) {
        var alice = ApiClient.registered(script.base());
        String room = alice.room("private");
        long seq = alice.post(room, "not in the log").body().path("seq").asLong();

        await().untilAsserted(() -> assertThat(script.log()
                        .lines()
                        .filter(line -> line.startsWith("{"))
                        .map(Json::read)
                        .filter(line -> line.path("LoggerName").asText().equals("io.confab.trace")
                                && line.path("stop").asText().equals("committed")))
                .anySatisfy(line -> {
                    assertThat(line.path("room").asText()).isEqualTo(room);
                    assertThat(line.path("seq").asText()).isEqualTo(Long.toString(seq));
                    assertThat(line.path("node").asText()).isEqualTo("n7");
                    assertThat(line.path("trace_id").asText()).matches("[0-9a-f]{32}");
                }));
        assertThat(script.log()).doesNotContain("not in the log");
    }

    /** As a JRE of a release to come: it has {@code java}, but not {@code javac}. */
    private static Path runtimeWithoutCompiler(Path folder) throws IOException {
        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nexit 9\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
        return folder;
    }

    @Test
    void wrongSettingIsTheReasonAndASecretIsNeverShown() {
        try (var script = RunScript.start(Map.of("CONFAB_SECRET", "hunter2-hunter2"))) {
            int exitCode = script.awaitEnd(ServerProcess.START_LIMIT);

            assertThat(exitCode).isEqualTo(1);
            assertThat(script.output())
                    .contains("confab: the deployment failed")
                    .contains("reason: setting confab.secret has a value that is not shown here;"
                            + " allowed: 32 characters or more");
            assertThat(script.log()).contains("confab.secret").doesNotContain("hunter2");
        }
    }

    @Test
    void applicationThatWasDeployedButDidNotStartIsAFailureToo(@TempDir Path folder) throws IOException {
        Path war = folder.resolve("broken.war");
        try (var zip = new ZipOutputStream(Files.newOutputStream(war))) {
            zip.putNextEntry(new ZipEntry("WEB-INF/web.xml"));
            zip.write(LISTENER_THAT_IS_MISSING.getBytes(StandardCharsets.UTF_8));
        }

        try (var script = RunScript.start(Map.of(), "--war", war.toString())) {
            int exitCode = script.awaitEnd(ServerProcess.START_LIMIT);

            assertThat(exitCode).isEqualTo(1);
            assertThat(script.log()).contains("was successfully deployed");
            assertThat(script.output())
                    .contains("confab: the deployment failed")
                    .contains("does.not.Exist");
        }
    }
}
