package io.confab.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cluster.sh does without starting anything. */
class ClusterScriptTest {
    private static final Path SCRIPT = Path.of("server-config/cluster/cluster.sh");

    @TempDir
    private Path folder;

    private String said = "";

    @BeforeEach
    void aClusterWasStartedHereWithSettingsThatAreGone() throws IOException {
        Files.writeString(folder.resolve("cluster"), "nodes=2\nport=18080\nsettings=" + folder.resolve("gone") + "\n");
    }

    @Test
    void settingsThatAreGoneMatterToAStartOnly() throws Exception {
        assertThat(cluster("status")).isEqualTo(1);
        assertThat(said).contains("node2").contains("balancer").doesNotContain("gone");
        assertThat(cluster("kill", "node1")).isZero();
        assertThat(cluster("stop")).isZero();

        assertThat(cluster("start", "node1")).isEqualTo(1);
        assertThat(cluster("start", "--no-build")).isEqualTo(1);
        assertThat(said).contains("no settings file at " + folder.resolve("gone"));
    }

    @Test
    void removeDeletesWhatTheScriptMadeAndNothingElse() throws Exception {
        Path elsewhere = Files.createTempDirectory(Path.of("/var/tmp"), "confab-postgres-");
        Files.writeString(Files.createDirectories(folder.resolve("postgres")).resolve("elsewhere"), elsewhere + "\n");
        Files.writeString(
                Files.createDirectories(folder.resolve("node2/server")).resolve("server.log"), "a line");
        Files.writeString(Files.createDirectories(folder.resolve("secrets")).resolve("admin"), "hunter2");
        Path others = Files.writeString(folder.resolve("notes.txt"), "not the script's");

        assertThat(cluster("remove")).as(said).isZero();

        assertThat(elsewhere).doesNotExist();
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(others);
        }
    }

    private int cluster(String... words) throws Exception {
        var command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--dir", folder.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }
}
