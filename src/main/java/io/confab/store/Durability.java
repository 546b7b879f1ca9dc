package io.confab.store;

/**
 * How commits become durable before anybody hears of them: those who asked for the commit, and those who read what it
 * left. Thread-safe.
 */
interface Durability {
    /** For a database that shows a commit to others only once it is on disk, as PostgreSQL does. */
    Durability BY_THE_DATABASE = new Durability() {
        @Override
        public void commit(Runnable commit) {
            commit.run();
        }

        @Override
        public void seen() {}
    };

    /**
     * Runs the commit; returns once it is on disk.
     *
     * @throws StoreFailure.CommitUnknown when it was committed but may not be on disk
     */
    void commit(Runnable commit);

    /**
     * After a read and before its result is used: returns once all that it can have seen is on disk.
     *
     * @throws StoreFailure.Unavailable when that cannot be had
     */
    void seen();
}
