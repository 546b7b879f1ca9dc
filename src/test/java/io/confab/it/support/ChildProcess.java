package io.confab.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that never outlives the JVM that started it, however that ends: a shell holds a pipe from the JVM, and ends
 * the program when the pipe is closed. {@link #pid()} is the program itself, so signals reach it and nothing else.
 */
public final class ChildProcess {
    private static final String GUARD =
            "exec 3<&0; (exec 2>/dev/null; cat <&3 >/dev/null; kill -TERM $$) & exec \"$@\" </dev/null 3<&-";

    private final Process process;
    private final String name;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    public static ChildProcess start(
            String name, List<String> command, Path folder, Path log, Map<String, String> environment) {
        var all = new ArrayList<>(List.of("sh", "-c", GUARD, name));
        all.addAll(command);
        var builder = new ProcessBuilder(all).directory(folder.toFile()).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(name, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /** Runs a short program to its end; fails with its output when it answers anything but 0. */
    static String run(List<String> command, Path folder, Duration limit) {
        try {
            Path output = Files.createTempFile("confab-run", ".log");
            try {
                var process = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly();
                }
                String said = Files.readString(output);
                if (!ended || process.exitValue() != 0) {
                    throw new IllegalStateException(command.getFirst() + " failed: " + said);
                }
                return said;
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
        }
    }

    /** A port of the loopback address that nothing listens on now. */
    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** @param signal as {@code kill} names it: TERM, KILL, INT */
    public void signal(String signal) {
        if (process.isAlive()) {
            run(List.of("kill", "-" + signal, Long.toString(pid())), Path.of("."), Duration.ofSeconds(5));
        }
    }

    public void awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(name + " (pid " + pid() + ") still runs after " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    /** Asks it to end, and ends it by force when it has not within the limit. */
    void stop(String signal, Duration limit) {
        if (!process.isAlive()) {
            return;
        }
        signal(signal);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
