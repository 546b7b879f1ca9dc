package io.confab.node;

import io.confab.kernel.ShownSettings;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Transactions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Table {@code node}: by its primary key, or all of it, which is a handful of rows. Thread-safe. */
final class NodeRows {
    /** Milliseconds since 1970 by the database's clock, on PostgreSQL and H2. */
    static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";

    private static final int MOST = 200;
    private static final int MAX_FIGURES = 8_000; // as the column holds
    private static final String SAY = "update node set seen_at = " + NOW + ", figures = ? where id = ?";
    private static final String BEGIN =
            "insert into node (id, name, started_at, seen_at, figures) values (?, ?, " + NOW + ", " + NOW + ", ?)";
    private static final String STOPPED =
            "update node set seen_at = " + NOW + ", stopped_at = " + NOW + " where id = ?";
    private static final String ALL = "select id, name, started_at, seen_at, stopped_at, figures, " + NOW
            + " as now_at from node order by name, started_at, id limit " + MOST;
    /** One that came back under the same name needs its old row no more. */
    private static final String FORGET = "delete from node where seen_at < " + NOW + " - ? or stopped_at < " + NOW
            + " - ? or (name = ? and id <> ? and (seen_at < " + NOW + " - ? or stopped_at is not null))";

    private static final int MAX_SOURCE = 200; // as the column holds
    private static final int MOST_SETTINGS = 20_000;
    private static final String SETTING =
            "insert into node_setting (node_id, setting, shown, source) values (?, ?, ?, ?)";
    private static final String FORGET_SETTINGS = "delete from node_setting where node_id not in (select id from node)";
    private static final String SETTINGS = "select n.id, n.name, s.setting, s.shown, s.source from node n"
            + " join node_setting s on s.node_id = n.id where n.stopped_at is null and n.seen_at > " + NOW
            + " - ? order by n.name, n.id limit " + MOST_SETTINGS;

    private final Reads reads;
    private final Transactions transactions;
    private final String id;
    private final String name;
    private final ShownSettings settings;

    /** Of a reader. */
    NodeRows(Database database, ThisNode node) {
        this(database, node, new ShownSettings(List.of()));
    }

    /** @param settings that stand beside this process's row */
    NodeRows(Database database, ThisNode node, ShownSettings settings) {
        this.settings = settings;
        this.reads = database.reads();
        this.transactions = database.transactions();
        this.id = node.id();
        this.name = node.name().value();
    }

    /** Writes this process's row. */
    void say(Figures figures) {
        String text = figures.text(MAX_FIGURES);
        transactions.write((em, jdbc) -> update(jdbc, SAY, text, id) > 0 ? 1 : begin(jdbc, text));
    }

    /** Or it was forgotten. */
    private int begin(Connection jdbc, String figures) throws SQLException {
        update(jdbc, "delete from node_setting where node_id = ?", id);
        try (var statement = jdbc.prepareStatement(SETTING)) {
            for (ShownSettings.Shown each : settings.all()) {
                statement.setString(1, id);
                statement.setString(2, each.setting().key());
                statement.setString(3, cut(each.value(), NodeSetting.MAX_SHOWN));
                statement.setString(4, each.source() == null ? null : cut(each.source(), MAX_SOURCE));
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return update(jdbc, BEGIN, id, name, figures);
    }

    private static String cut(String text, int most) {
        return text.substring(0, Math.min(text.length(), most));
    }

    /** Of all that live, by node. */
    List<NodeSetting> settings() {
        return reads.list(
                SETTINGS,
                row -> new NodeSetting(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("setting"),
                        row.getString("shown"),
                        row.getString("source")),
                NodeView.GONE_AFTER.toMillis());
    }

    /** It goes, in order. */
    void stopped() {
        transactions.write((em, jdbc) -> update(jdbc, STOPPED, id));
    }

    /** Deletes rows of processes that are over: what vanished after {@code gone}, what stopped in order after {@code stopped}. */
    void forget(Duration gone, Duration stopped) {
        transactions.write((em, jdbc) -> {
            update(jdbc, FORGET, gone.toMillis(), stopped.toMillis(), name, id, NodeView.GONE_AFTER.toMillis());
            return update(jdbc, FORGET_SETTINGS);
        });
    }

    /** By name. */
    List<NodeView> all() {
        return reads.list(ALL, NodeRows::view);
    }

    static int update(Connection jdbc, String sql, Object... parameters) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    private static NodeView view(ResultSet row) throws SQLException {
        return new NodeView(
                row.getString("id"),
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("started_at")),
                Instant.ofEpochMilli(row.getLong("seen_at")),
                instant(row, "stopped_at"),
                Instant.ofEpochMilli(row.getLong("now_at")),
                Figures.read(row.getString("figures")));
    }
}
