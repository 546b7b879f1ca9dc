package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code server-config/run.sh} as an operator calls it, with the WAR that was built, a free port and a new folder. */
public final class RunScript implements AutoCloseable {
    private static final Path SCRIPT = Path.of("server-config/run.sh").toAbsolutePath();

    private final Path data = Folders.fresh("run");
    private final Path output = data.resolve("output.log");
    private final int port = ChildProcess.freePort();
    private final ChildProcess process;

    private RunScript(Map<String, String> variables, String... flags) {
        var command = new ArrayList<>(
                List.of(SCRIPT.toString(), "--no-build", "--port", Integer.toString(port), "--data", data.toString()));
        command.addAll(List.of(flags));
        var all = new HashMap<>(variables);
        all.put("CONFAB_JAVA_OPTS", String.join(" ", ServerProcess.LIGHTER));
        this.process = ChildProcess.start("run.sh", command, data, output, all);
    }

    /**
     * @param variables environment variables, {@code CONFAB_*} among them
     * @param flags of the script, besides port and folder
     */
    public static RunScript start(Map<String, String> variables, String... flags) {
        return new RunScript(variables, flags);
    }

    /** {@code http://127.0.0.1:port/}, where its server is to listen. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** Waits until it has said this; fails at once when it ends without. */
    public void awaitOutput(String text, Duration limit) {
        await("run.sh says: " + text).atMost(limit).until(() -> {
            boolean ended = !process.isAlive(); // asked first: what it said at its end counts
            boolean said = output().contains(text);
            if (ended && !said) {
                throw new IllegalStateException("it ended with " + process.exitCode() + ": " + output());
            }
            return said;
        });
    }

    /** Asks it to end, as an init system does. See {@link #awaitEnd}. */
    public void sigterm() {
        process.signal("TERM");
    }

    /** Waits until it has ended; its exit code. */
    public int awaitEnd(Duration limit) {
        process.awaitEnd(limit);
        return process.exitCode();
    }

    /** What it has said. */
    public String output() {
        return read(output);
    }

    /** What its server has logged. */
    public String log() {
        return read(data.resolve("server/server.log"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it, and with it its server, if need be by force. */
    @Override
    public void close() {
        process.stop("TERM", Duration.ofSeconds(30));
    }
}
