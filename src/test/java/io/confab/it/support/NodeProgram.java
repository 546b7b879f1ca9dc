package io.confab.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is written for Node.js under src/test/js, run to its end by its shell script. */
public final class NodeProgram {
    private static final Path FOLDER = Path.of("src/test/js");

    private NodeProgram() {}

    /** @param said everything it wrote */
    public record Ended(int code, String said) {}

    /** @param script beside or below src/test/js; @param environment beside the test's own */
    public static Ended run(Duration limit, Map<String, String> environment, String script, String... arguments) {
        var command = new ArrayList<>(List.of("bash", FOLDER.resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path output = Folders.fresh("node").resolve("output");
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            String said = Files.readString(output);
            assertThat(inTime).as("ended in time: %s", said).isTrue();
            return new Ended(process.exitValue(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
