package io.confab.kernel;

/** What a node is for: {@code confab.profile}, which run.sh sets by its flag. */
public enum Profile {
    /** A developer's own machine: no TLS, and what helps to write a client. */
    DEV,
    PRODUCTION;

    public static Profile from(Configuration c) {
        return c.choice("confab.profile", PRODUCTION);
    }
}
