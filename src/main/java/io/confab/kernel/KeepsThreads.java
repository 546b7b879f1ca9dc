package io.confab.kernel;

import java.util.Collection;

/** Has threads that must live as long as the node: one that has died is not replaced, and only a restart helps. */
public interface KeepsThreads {
    /** All of them, begun or not. */
    Collection<Thread> threads();
}
