package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.SharedServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/client.md is true: its commands, run as they stand there, do what it says. */
class ClientPageIT {
    private static final Pattern COMMANDS = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);
    /** The Node.js that the build brings, where none need be installed. */
    private static final Path NODE =
            Path.of("target", "node", "driver", "linux").toAbsolutePath();

    private static final String ADDRESS = "http://127.0.0.1:8080";

    @Test
    void everyCommandOfTheClientPageRunsAndShowsWhatThePageSays(@TempDir Path folder)
            throws IOException, InterruptedException {
        String page = Files.readString(Path.of("docs/client.md"));
        String base = SharedServer.base().toString();
        String commands =
                COMMANDS.matcher(page).results().map(match -> match.group(1)).collect(Collectors.joining());
        assertThat(commands).contains(ADDRESS);

        String said = run(commands.replace(ADDRESS, base.substring(0, base.length() - 1)), folder);

        assertThat(said)
                .contains("\"display_name\":\"Ada\"", "\"seq\":4", "\"cid\":\"m-1\",\"dup\":true")
                .contains(
                        "\"from\":1,\"to\":4",
                        "Hello @ada",
                        "{\"t\":\"ok\",\"id\":\"2\",\"d\":{\"cid\":\"b-1\",\"seq\":5")
                .contains(":5\nevent: welcome\ndata: {", ":6\nevent: msg.new\ndata: {", "event: resumed\ndata: {")
                .contains("\"from\":6,\"to\":6", "\"status\":\"gap\",\"reason\":\"epoch\"", "\"from\":7,\"to\":6")
                .contains("{\"t\":\"ok\",\"id\":\"2\",\"d\":{\"expires_in\":", "closed 4500 auth_failed")
                .contains("6 (history) Are you there?", "7 me: One", "8 me: Two", "-- unsent: nothing", "-- idle");
    }

    private static String run(String commands, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        var builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().merge("PATH", NODE.toString(), (path, node) -> node + File.pathSeparator + path);
        Process shell = builder.start();
        shell.getOutputStream().close();
        boolean ended = shell.waitFor(2, TimeUnit.MINUTES);
        shell.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended).as("ended in time: %s", said).isTrue();
        assertThat(shell.exitValue()).as(said).isZero();
        return said;
    }
}
