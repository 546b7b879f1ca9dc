package io.confab.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresRuleTest extends RuleContract {
    private final String url = PostgresServer.shared().freshDatabase();

    @Override
    String url() {
        return url;
    }

    /** A rule that meets mostly what nobody is shown, among others. */
    @Test
    void ofManyHitsInPrivateRoomsNoneIsReadWhenAPageIsShown() {
        node.sql("insert into rule_hit (id, rule_id, at, author_id, room_id, outcome, met, shown)"
                + " select 'p_' || n, 'q_t' || n % 20, n, 'u_any', 'r_any', 'noted', '', n / 20 % 10 = 1"
                + " from generate_series(1, 40000) n");
        node.sql("analyze rule_hit");
        try {
            String page = plan(HitRows.PAGE, "q_t7", Long.MAX_VALUE, "", 25);
            String lately = plan(HitRows.LATELY, "q_t7", 36_000L, "q_t7", 36_000L, 100);

            assertThat(page)
                    .contains("Index Scan Backward using rule_hit_rule", "actual rows=25 ")
                    .doesNotContain("Rows Removed", "Sort", "Seq Scan");
            assertThat(lately).contains("rule_hit_rule").doesNotContain("Seq Scan");
            assertThat(node.hits.page("q_t7", "", 25)).hasSize(25);
            assertThat(node.hits.lately("q_t7", Instant.ofEpochMilli(36_000), 1_000))
                    .isEqualTo(200);
        } finally {
            node.sql("delete from rule_hit where rule_id like 'q_t%'");
        }
    }

    private String plan(String sql, Object... values) {
        return node.database.reads().query(jdbc -> {
            try (var statement =
                    jdbc.prepareStatement("explain (analyze, costs off, timing off, summary off) " + sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                List<String> lines = new ArrayList<>();
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        lines.add(rows.getString(1));
                    }
                }
                return String.join("\n", lines);
            }
        });
    }
}
