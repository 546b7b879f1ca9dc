package io.confab.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PostgresServerTest {
    @Test
    void committedRowsSurviveAKill() throws SQLException {
        try (var server = PostgresServer.start()) {
            String url = server.freshDatabase();
            try (var connection = DriverManager.getConnection(url);
                    var statement = connection.createStatement()) {
                statement.execute("create table t (n int)");
                statement.execute("insert into t values (7)");
            }

            server.kill9();
            server.restart();

            try (var connection = DriverManager.getConnection(url);
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select n, current_setting('fsync') from t")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(7);
                assertThat(rows.getString(2)).isEqualTo("on");
            }
        }
    }
}
