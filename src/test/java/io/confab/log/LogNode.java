package io.confab.log;

import io.confab.kernel.Configuration;
import io.confab.kernel.Ids;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.trace.NoTraces;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The real log over a database that is there, for tests of other packages. */
public final class LogNode implements AutoCloseable {
    private final RoomWriters writers;
    private final RoomReader reader;

    public LogNode(Database database, AppendWitness witness) {
        this(database, List.of(), witness);
    }

    /** @param listeners are told what is committed */
    public LogNode(Database database, List<CommitListener> listeners, AppendWitness... witnesses) {
        writers = new RoomWriters(
                database,
                LogSettings.from(new Configuration(key -> Optional.empty())),
                RoomRules.defaults(),
                Clock.systemUTC(),
                new Ids(),
                new LogMetrics(),
                NoTraces.none(),
                listeners,
                List.of(witnesses));
        reader = new DatabaseRoomReader(database, Clock.systemUTC());
        writers.start();
    }

    public RoomLog log() {
        return writers;
    }

    public RoomReader reader() {
        return reader;
    }

    @Override
    public void close() {
        writers.stop();
    }
}
