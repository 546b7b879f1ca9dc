package io.confab.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Makes H2's commits durable: {@code CHECKPOINT SYNC} after the commit and before anybody is told (H2 alone flushes up to
 * half a second later). One flush serves all commits that were made before it began. Thread-safe.
 */
final class DiskSync implements Runnable {
    private final DataSource source;
    private final AtomicLong asked = new AtomicLong();
    private final ReentrantLock flushing = new ReentrantLock();
    private long flushed;

    DiskSync(DataSource source) {
        this.source = source;
    }

    @Override
    public void run() {
        long mine = asked.incrementAndGet();
        flushing.lock();
        try {
            if (flushed < mine) {
                long covers = asked.get();
                flush();
                flushed = covers;
            }
        } finally {
            flushing.unlock();
        }
    }

    private void flush() {
        try (Connection connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        } catch (SQLException e) {
            throw new StoreFailure.CommitUnknown(e); // committed in memory, maybe not on disk
        }
    }
}
