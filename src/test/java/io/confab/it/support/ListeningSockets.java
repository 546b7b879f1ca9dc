package io.confab.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a process listens on, as Linux says it in /proc. */
public final class ListeningSockets {
    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** {@code address:port} in the kernel's hexadecimal, for each TCP socket on which the process listens. */
    public static Set<String> of(long pid) {
        Set<String> mine = inodes(pid);
        var found = new TreeSet<String>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            for (String line : lines(Path.of("/proc", Long.toString(pid), "net", table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > 9 && columns[3].equals(LISTEN) && mine.contains(columns[9])) {
                    found.add(columns[1]);
                }
            }
        }
        return found;
    }

    /** The state of the process's connection to that port of 127.0.0.1 as the kernel has it; {@code none}: it let go of it. */
    public static String connection(long pid, int peerPort) {
        Set<String> mine = inodes(pid);
        for (String table : new String[] {"tcp", "tcp6"}) {
            for (String line : lines(Path.of("/proc", Long.toString(pid), "net", table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > 9 && columns[2].equals(loopback(peerPort)) && mine.contains(columns[9])) {
                    return columns[3];
                }
            }
        }
        return "none";
    }

    /** As the kernel writes 127.0.0.1, mapped into IPv6, and a port. */
    public static String loopback(int port) {
        return "0000000000000000FFFF00000100007F:%04X".formatted(port);
    }

    private static Iterable<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> inodes(long pid) {
        var inodes = new HashSet<String>();
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files.toList()) {
                target(file, inodes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inodes;
    }

    private static void target(Path file, Set<String> inodes) throws IOException {
        if (!Files.exists(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return; // closed since the folder was listed
        }
        String target = Files.readSymbolicLink(file).toString();
        if (target.startsWith("socket:[")) {
            inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
    }
}
