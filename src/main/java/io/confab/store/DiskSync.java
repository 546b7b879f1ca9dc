package io.confab.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Makes H2's commits durable: {@code CHECKPOINT SYNC} after the commit and before anybody is told (H2 alone writes up to
 * half a second later, and never waits for the disk). One flush serves all commits that were made before it began. H2 shows
 * a commit to readers at once, so a reader who may have seen one that is not on disk yet waits for a flush as well. Needs
 * {@code WRITE_DELAY=0}: otherwise threads of H2's own write behind the checkpoint's back (docs/adr/0021).
 */
final class DiskSync implements Durability {
    private final DataSource source;
    private final AtomicLong underWay = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final ReentrantLock flushing = new ReentrantLock();
    private long flushed;
    /** Something is committed and the flush for it failed: nobody may trust a read until one succeeds. */
    private volatile boolean failed;

    DiskSync(DataSource source) {
        this.source = source;
    }

    @Override
    public void commit(Runnable commit) {
        underWay.incrementAndGet(); // before readers can see it
        try {
            commit.run();
            flushAll();
        } catch (SQLException e) {
            throw new StoreFailure.CommitUnknown(e); // committed in memory, maybe not on disk
        } finally {
            underWay.decrementAndGet();
        }
    }

    @Override
    public void seen() {
        if (underWay.get() > 0 || failed) {
            try {
                flushAll();
            } catch (SQLException e) {
                throw new StoreFailure.Unavailable(e);
            }
        }
    }

    /** Returns once all that was committed before this call is on disk. */
    private void flushAll() throws SQLException {
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

    private void flush() throws SQLException {
        failed = true;
        try (Connection connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        }
        failed = false;
    }
}
