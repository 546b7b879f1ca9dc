package io.confab.job;

/** Hears of each job that ends: done, or stopped and nothing of it begun any more. */
@FunctionalInterface
public interface JobEnd {
    /**
     * Before its row says so: what is done here is done at least once.
     *
     * @param job as it stands, with how far it came
     * @return false: it could not be done just now, and is asked again
     */
    boolean ends(Job job);
}
