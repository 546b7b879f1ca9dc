package io.confab.node;

import io.confab.kernel.Ids;
import io.confab.kernel.NodeId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** This process among the nodes: its id, made anew at each start, and the name it has from its settings. */
@Singleton
public class ThisNode {
    private final String id = "n_" + new Ids().random();
    private final NodeId name;

    @Inject
    public ThisNode(NodeId name) {
        this.name = name;
    }

    public String id() {
        return id;
    }

    public NodeId name() {
        return name;
    }
}
