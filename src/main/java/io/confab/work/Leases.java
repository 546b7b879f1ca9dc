package io.confab.work;

import io.confab.kernel.Ids;
import io.confab.kernel.NodeId;
import io.confab.store.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.LongSupplier;

/** What this run of this node may hold; a node that starts again is another holder. Thread-safe. */
@Singleton
public class Leases {
    private final Database database;
    private final String holder;
    private final LongSupplier nanos;

    @Inject
    public Leases(Database database, NodeId node, Ids ids) {
        this(database, node.value() + "/" + ids.random(), System::nanoTime);
    }

    /** @param nanos time that passes also while this process stands still */
    Leases(Database database, String holder, LongSupplier nanos) {
        this.database = database;
        this.holder = holder;
        this.nanos = nanos;
    }

    /**
     * @param name of the job, at most 40 characters
     * @param length how long it stays with a holder that is not heard of any more
     */
    public Lease lease(String name, Duration length) {
        return new Lease(database.transactions(), name, holder, length, nanos);
    }
}
