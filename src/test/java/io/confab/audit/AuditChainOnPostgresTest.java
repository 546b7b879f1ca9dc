package io.confab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.audit.AuditTrail.Filter;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.UserId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditChainOnPostgresTest extends AuditChainContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }

    @Test
    void searchOfATimeForAnActOrSomebodyReadsNoLinesOfOthers() {
        Instant from = Instant.ofEpochMilli(5);
        Instant until = Instant.ofEpochMilli(19_000);
        List<String> plans = database.transactions().read((em, jdbc) -> {
            try (var statement = jdbc.createStatement()) {
                statement.execute(
                        "insert into audit (at, actor_id, act, target) select n, 'u_' || n % 9, 'act.' || n % 40,"
                                + " 'u_ben' || n from generate_series(1, 20000) n");
                statement.execute("analyze audit");
                statement.execute("set local plan_cache_mode = force_generic_plan");
            }
            return List.of(
                    plan(jdbc, new Filter(null, "user.role", null, from, until)),
                    plan(jdbc, new Filter(new UserId("u_eve"), null, null, from, until)),
                    plan(jdbc, new Filter(null, null, null, from, until)));
        });

        assertThat(plans.get(0)).contains("Index Scan Backward using audit_act_at");
        assertThat(plans.get(1)).contains("Index Scan Backward using audit_actor_at");
        assertThat(plans.get(2)).contains("Index Scan Backward using audit_at");
    }

    private static String plan(Connection jdbc, Filter filter) throws SQLException {
        var values = new ArrayList<Object>();
        String sql = "explain " + AuditTrail.statement(filter, values);
        values.addAll(List.of(25, 0));
        try (var statement = jdbc.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (var rows = statement.executeQuery()) {
                var lines = new ArrayList<String>();
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
                return String.join("\n", lines);
            }
        }
    }
}
