package io.confab.node;

import io.confab.store.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** All nodes, as they say it of themselves. Thread-safe. */
@Singleton
public class Nodes {
    private final NodeRows rows;

    @Inject
    public Nodes(Database database, ThisNode node) {
        this.rows = new NodeRows(database, node);
    }

    /**
     * By name: those that live, and for a while those that are gone.
     *
     * @throws io.confab.store.StoreFailure when the database does not answer
     */
    public List<NodeView> all() {
        return rows.all();
    }

    /** What each node that lives read at its start, by node. @throws io.confab.store.StoreFailure likewise */
    public List<NodeSetting> settings() {
        return rows.settings();
    }
}
