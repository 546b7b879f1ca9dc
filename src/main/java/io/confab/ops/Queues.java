package io.confab.ops;

import io.confab.delivery.Connections;
import io.confab.delivery.Lanes;
import io.confab.delivery.Reads;
import io.confab.fanout.Broker;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Where something may wait on this node, beside the log's writers. */
@Singleton
class Queues {
    private final Lanes lanes;
    private final Reads reads;
    private final Connections connections;
    private final Broker broker;

    @Inject
    Queues(Lanes lanes, Reads reads, Connections connections, Broker broker) {
        this.lanes = lanes;
        this.reads = reads;
        this.connections = connections;
        this.broker = broker;
    }

    Lanes lanes() {
        return lanes;
    }

    Reads reads() {
        return reads;
    }

    Connections connections() {
        return connections;
    }

    Broker broker() {
        return broker;
    }
}
