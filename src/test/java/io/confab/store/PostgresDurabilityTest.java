package io.confab.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.Configuration;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Acknowledged means stored, whatever the server's default is. */
class PostgresDurabilityTest {
    @ParameterizedTest
    @CsvSource({"off, on", "local, local", "on, on", "remote_apply, remote_apply"})
    void aCommitWaitsForTheDiskAndStrongerSettingsStay(String ofTheDatabase, String ofOurs) throws SQLException {
        String url = PostgresServer.shared().freshDatabase();
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("do $$ begin execute format('alter database %I set synchronous_commit = " + ofTheDatabase
                    + "', current_database()); end $$");
        }
        var settings = Map.of("confab.db.url", url);
        var database =
                new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(settings.get(key)))));
        try {
            String sql = "select current_setting('synchronous_commit')";
            String ofReaders =
                    database.reads().first(sql, row -> row.getString(1)).orElseThrow();
            String ofTheLog = database.logTransactions().read((entities, jdbc) -> {
                try (var statement = jdbc.createStatement();
                        var rows = statement.executeQuery(sql)) {
                    rows.next();
                    return rows.getString(1);
                }
            });

            assertThat(ofReaders).isEqualTo(ofOurs);
            assertThat(ofTheLog).isEqualTo(ofOurs);
        } finally {
            database.close();
        }
    }
}
