package io.confab.ops;

import io.confab.kernel.Ids;
import io.confab.store.Database;
import java.util.Optional;

/** What a node does at its start after a restore, for tests of other packages. */
public final class Restoring {
    private Restoring() {}

    public static void start(Database database, String name) {
        new Restore(database, new RestoreSettings(Optional.of(name)), new Ids()).start();
    }
}
