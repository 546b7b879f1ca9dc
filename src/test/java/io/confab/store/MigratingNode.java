package io.confab.store;

import io.confab.kernel.Configuration;
import java.util.Optional;

/** A program that opens the database as a node does at its start, and says when it is open; {@link MigrationRaceTest}. */
final class MigratingNode {
    private MigratingNode() {}

    /** @param arguments the JDBC URL */
    public static void main(String... arguments) {
        var settings = new Configuration(key -> Optional.of(arguments[0]).filter(any -> key.equals("confab.db.url")));
        try (var database = new Closing(new Database(StoreSettings.from(settings)))) {
            System.out.println("open " + database.of().isPostgres());
        }
    }

    private record Closing(Database of) implements AutoCloseable {
        @Override
        public void close() {
            of.close();
        }
    }
}
