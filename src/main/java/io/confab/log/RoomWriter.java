package io.confab.log;

import java.lang.System.Logger.Level;
import java.util.List;

/** One writer: takes what waits in its queue and commits it, until it is closed. Runs on a thread of its own. */
final class RoomWriter implements Runnable {
    private static final System.Logger LOG = System.getLogger(RoomWriter.class.getName());

    private final CommandQueue queue;
    private final GroupCommit commit;
    private final int maxBatch;

    RoomWriter(CommandQueue queue, GroupCommit commit, int maxBatch) {
        this.queue = queue;
        this.commit = commit;
        this.maxBatch = maxBatch;
    }

    CommandQueue queue() {
        return queue;
    }

    @Override
    public void run() {
        try {
            List<Pending> batch = queue.take(maxBatch);
            while (!batch.isEmpty()) {
                append(batch);
                batch = queue.take(maxBatch);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.INFO, "{0} was told to stop", Thread.currentThread().getName());
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever goes wrong, the writer lives on and nobody waits for ever. */
    private void append(List<Pending> batch) {
        int answered = batch.size();
        try {
            List<Pending> again = commit.append(batch);
            queue.putBack(again);
            answered -= again.size();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a batch of " + batch.size() + " commands was given up", e);
            batch.forEach(command -> command.refuse(GroupCommit.OUTCOME_UNKNOWN));
        } finally {
            queue.answered(answered);
        }
    }
}
