package io.confab.job;

/** Hears of each job that ends: done, or stopped and nothing of it begun any more. */
@FunctionalInterface
public interface JobEnd {
    /**
     * Before its row says so: what is done here is done at least once, and again when it throws.
     *
     * @param job as it stands, with how far it came
     */
    void ends(Job job);
}
