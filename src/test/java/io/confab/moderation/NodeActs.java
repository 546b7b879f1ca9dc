package io.confab.moderation;

import io.confab.log.AppendWitness;
import io.confab.log.CommitListener;
import io.confab.log.LogNode;
import io.confab.log.RoomLog;
import io.confab.store.Database;
import java.util.List;

/** What staff do in rooms of one node, with their audit lines, for tests of what stands above. */
public final class NodeActs implements AutoCloseable {
    private final ActNotes notes = new ActNotes();
    private final LogNode log;

    public NodeActs(Database database) {
        this.log = new LogNode(database, new ActWitness(notes));
    }

    /** @param listener is told what is committed; @param witness sees what staff and rules do */
    public NodeActs(Database database, CommitListener listener, AppendWitness witness) {
        this.log = new LogNode(database, List.of(listener), new ActWitness(notes), witness);
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
