package io.confab.log;

import java.util.concurrent.ThreadFactory;

/** Long-lived threads of the log: named, daemon, with the WAR's class loader. */
final class Daemon {
    private Daemon() {}

    static ThreadFactory named(String name) {
        return task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.setContextClassLoader(Daemon.class.getClassLoader());
            return thread;
        };
    }
}
