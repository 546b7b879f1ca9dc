package io.confab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.confab.kernel.Configuration;
import io.confab.kernel.Ids;
import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node's readiness asks of its database. */
class DatabaseCheckTest {
    /** Else a few slow reads would take all nodes out at once, and the sends with them. */
    @Test
    void slowReadsThatHoldAllConnectionsDoNotMeanThatTheDatabaseIsAway() throws Exception {
        var values = Map.of(
                "confab.db.url", "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1",
                "confab.db.pool", "2",
                "confab.db.connect-timeout", "250ms");
        var database = new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key)))));
        try (Connection slow = database.readers().getConnection();
                Connection slower = database.readers().getConnection()) {
            assertThat(slow).isNotSameAs(slower);

            assertThatNoException().isThrownBy(database::check);
        } finally {
            database.close();
        }
    }
}
