package io.confab.moderation;

import io.confab.log.LogNode;
import io.confab.log.RoomLog;
import io.confab.store.Database;

/** What staff do in rooms of one node, with their audit lines, for tests of what stands above. */
public final class NodeActs implements AutoCloseable {
    private final ActNotes notes = new ActNotes();
    private final LogNode log;

    public NodeActs(Database database) {
        this.log = new LogNode(database, new ActWitness(notes));
    }

    public LogNode log() {
        return log;
    }

    /** @param log this node's, or one in front of it that loses answers */
    public RoomActs roomActs(RoomLog log) {
        return new RoomActs(log, notes);
    }

    @Override
    public void close() {
        log.close();
    }
}
