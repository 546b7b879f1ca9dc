package io.confab.kernel;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Long-lived threads: named, daemon, with the WAR's class loader. Without that a thread has the loader of whoever started it,
 * and does not find what the WAR brings.
 */
public final class Daemon {
    private Daemon() {}

    /** For one thread, or several of one name. */
    public static ThreadFactory named(String name) {
        return task -> thread(task, name);
    }

    /** For several threads: the prefix with 0, 1 … behind it. */
    public static ThreadFactory numbered(String prefix) {
        var count = new AtomicInteger();
        return task -> thread(task, prefix + count.getAndIncrement());
    }

    private static Thread thread(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(Daemon.class.getClassLoader());
        return thread;
    }
}
