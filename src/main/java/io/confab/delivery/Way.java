package io.confab.delivery;

import java.util.Locale;

/** How an event came to a node. */
public enum Way {
    /** The node committed it itself. */
    COMMITTED,
    /** Another node did, and told it through the broker. */
    BROKER,
    /** It had not come by itself, and was read from the log. */
    LOG;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
