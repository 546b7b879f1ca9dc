package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Actor;
import io.confab.identity.AdminActs;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Orders to nodes, given by admins: rows, which each node asks for every two seconds, since nodes do not call each other and a
 * balancer would lead a call to any of them. Given, and its audit line written, in one transaction; carried out at most once.
 * Thread-safe.
 */
@Singleton
public class NodeOrders {
    /** In place of a node's id: all that live. */
    public static final String ALL = "all";

    /** How a node stands that sends nobody elsewhere, in the audit trail. */
    public static final String NOT_DRAINING = "not draining";

    private static final int AT_ONCE = 20;
    private static final int MOST_SHOWN = 100;
    static final int MAX_OUTCOME = 8000;
    private static final String NOW = NodeRows.NOW;
    private static final String LIVING = "select id, name, figures from node where stopped_at is null and seen_at >= "
            + NOW + " - " + NodeView.GONE_AFTER.toMillis() + " order by name, id";
    private static final String KNOWN = "select 1 from node where id = ?";
    private static final String GIVE = "insert into node_order (id, node_id, node_name, kind, detail, by_id, given_at)"
            + " values (?, ?, ?, ?, ?, ?, " + NOW + ")";
    private static final String COLUMNS = "select o.id, o.node_id, o.node_name, o.kind, o.detail, o.by_id, a.username,"
            + " o.given_at, o.taken_at, o.done_at, o.good, o.outcome, " + NOW
            + " as now_at from node_order o left join account a on a.id = o.by_id";
    private static final String NEWEST = COLUMNS + " where o.kind <> '" + Order.LIST_SOCKETS
            + "' order by o.given_at desc, o.id, o.node_name limit ?";
    private static final String OF = COLUMNS + " where o.id = ? order by o.node_name, o.node_id limit " + MOST_SHOWN;
    private static final String DUE = COLUMNS + " where o.node_id = ? and o.given_at >= " + NOW + " - "
            + NodeOrder.GOOD_FOR.toMillis() + " and o.taken_at is null order by o.given_at, o.id limit " + AT_ONCE;
    private static final String TAKE =
            "update node_order set taken_at = " + NOW + " where id = ? and node_id = ? and taken_at is null";
    private static final String DONE =
            "update node_order set done_at = " + NOW + ", good = ?, outcome = ? where id = ? and node_id = ?";
    private static final String FORGET = "delete from node_order where given_at < " + NOW + " - ?";

    private final Reads reads;
    private final Transactions transactions;
    private final AdminActs acts;

    @Inject
    public NodeOrders(Database database, AdminActs acts) {
        this.reads = database.reads();
        this.transactions = database.transactions();
        this.acts = acts;
    }

    /** @param duplicate it had been given already */
    public record Given(List<NodeOrder> orders, boolean duplicate) {}

    /** @param drain how far it was when it wrote its row, a moment ago */
    private record Addressee(String id, String name, String drain) {}

    /**
     * Gives an order to a node, or to all that live; refused unless an admin does it. Given again with the same id it is the
     * same order ({@code cid_conflict}: with the same id another).
     *
     * @param id made by who gives it, 1 to 64 of {@code [A-Za-z0-9_-]}
     * @param node a {@link NodeView#id} or {@link #ALL}
     * @param why for the audit trail; null: not said
     */
    public Outcome<Given> give(Actor actor, String id, String node, Order order, @Nullable String why) {
        if (!Ids.isCid(id)) {
            return Outcome.refused(new Refusal.BadRequest("an order's id is 1 to 64 of [A-Za-z0-9_-]"));
        }
        Optional<Refusal> problem = AuditLine.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        try {
            return acts.perform(actor, jdbc -> give(jdbc, new Wish(actor, id, node, order, why)))
                    .map(duplicate -> new Given(of(id), duplicate));
        } catch (StoreFailure.UniqueViolation e) { // sent twice at once: the other one was first
            return repeated(of(id), order, actor).map(duplicate -> new Given(of(id), duplicate));
        }
    }

    private record Wish(
            Actor actor,
            String id,
            String node,
            Order order,
            @Nullable String why) {}

    /** Done with true: it had been given already. */
    private static Outcome<Boolean> give(Connection jdbc, Wish wish) throws SQLException {
        List<NodeOrder> before = query(jdbc, OF, wish.id());
        if (!before.isEmpty()) {
            return repeated(before, wish.order(), wish.actor());
        }
        List<Addressee> addressees = living(jdbc).stream()
                .filter(each -> wish.node().equals(ALL) || each.id().equals(wish.node()))
                .toList();
        if (addressees.isEmpty()) {
            return Outcome.refused(
                    isKnown(jdbc, wish.node())
                            ? new Refusal.Conflict("this node is gone")
                            : new Refusal.NotFound("no such node"));
        }
        for (Addressee each : addressees) {
            NodeRows.update(
                    jdbc,
                    GIVE,
                    wish.id(),
                    each.id(),
                    each.name(),
                    wish.order().kind(),
                    Json.write(wish.order().detail()),
                    wish.actor().user().value());
        }
        Optional<AuditLine> line = line(wish, addressees);
        if (line.isPresent()) {
            AuditTrail.record(jdbc, line.get());
        }
        return Outcome.done(false);
    }

    private static Outcome<Boolean> repeated(List<NodeOrder> before, Order order, Actor actor) {
        boolean same = before.stream()
                .allMatch(each -> order.equals(each.order()) && each.by().equals(actor.user()));
        return same && !before.isEmpty()
                ? Outcome.done(true)
                : Outcome.refused(new Refusal.CidConflict("another order has this id"));
    }

    /** Questions change nothing, and leave none. */
    private static Optional<AuditLine> line(Wish wish, List<Addressee> to) {
        String nodes = wish.node().equals(ALL)
                ? "node/" + ALL
                : "node/" + to.getFirst().name();
        return switch (wish.order()) {
            case Order.Drain ignored -> Optional.of(line(wish, AuditAct.NODE_DRAIN, nodes, drains(to), "draining"));
            case Order.Undrain ignored ->
                Optional.of(line(wish, AuditAct.NODE_UNDRAIN, nodes, drains(to), "ready again"));
            case Order.LogLevel set ->
                Optional.of(line(
                        wish,
                        AuditAct.NODE_LOG_LEVEL,
                        nodes,
                        null,
                        set.logger() + " " + set.level().word() + " for " + set.time()));
            case Order.CloseSockets close ->
                Optional.of(line(
                        wish,
                        AuditAct.USER_CLOSE_SOCKETS,
                        close.user().value(),
                        null,
                        (close.socket() == null ? "all sockets" : close.socket().value()) + " closed"));
            case Order.ListSockets ignored -> Optional.empty();
            case Order.SelfTest ignored -> Optional.empty();
        };
    }

    /** Of one its word, of several each with its name. */
    private static String drains(List<Addressee> to) {
        return to.size() == 1
                ? to.getFirst().drain()
                : to.stream().map(each -> each.name() + " " + each.drain()).collect(Collectors.joining(", "));
    }

    private static AuditLine line(Wish wish, AuditAct act, String target, @Nullable String before, String after) {
        Actor actor = wish.actor();
        return new AuditLine(actor.user(), act, target, before, after, wish.why(), actor.address());
    }

    private static List<Addressee> living(Connection jdbc) throws SQLException {
        try (var statement = jdbc.prepareStatement(LIVING);
                var rows = statement.executeQuery()) {
            var all = new ArrayList<Addressee>();
            while (rows.next()) {
                String drain = Figures.read(rows.getString(3)).text("drain");
                all.add(new Addressee(rows.getString(1), rows.getString(2), drain.equals("no") ? NOT_DRAINING : drain));
            }
            return all;
        }
    }

    private static boolean isKnown(Connection jdbc, String node) throws SQLException {
        try (var statement = jdbc.prepareStatement(KNOWN)) {
            statement.setString(1, node);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** One order, at each node it was given to; empty: there is none of this id. */
    public List<NodeOrder> of(String id) {
        return reads.list(OF, NodeOrders::order, id);
    }

    /** The newest acts and self-tests, newest first; by node_order_given. */
    public List<NodeOrder> newest(int limit) {
        return reads.list(NEWEST, NodeOrders::order, Math.clamp(limit, 1, MOST_SHOWN));
    }

    /** What stands for this process, the oldest first; by node_order_node. */
    List<NodeOrder> due(String nodeId) {
        return reads.list(DUE, NodeOrders::order, nodeId);
    }

    /** True once: only who took it carries it out. When the commit's outcome is unknown nobody does. */
    boolean take(NodeOrder order) {
        return transactions.write((em, jdbc) -> NodeRows.update(jdbc, TAKE, order.id(), order.nodeId())) > 0;
    }

    void done(NodeOrder order, boolean good, String outcome) {
        String text = outcome.length() > MAX_OUTCOME ? outcome.substring(0, MAX_OUTCOME) : outcome;
        transactions.write((em, jdbc) -> NodeRows.update(jdbc, DONE, good, text, order.id(), order.nodeId()));
    }

    void forget(Duration after) {
        transactions.write((em, jdbc) -> NodeRows.update(jdbc, FORGET, after.toMillis()));
    }

    private static List<NodeOrder> query(Connection jdbc, String sql, String id) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            statement.setString(1, id);
            try (var rows = statement.executeQuery()) {
                var all = new ArrayList<NodeOrder>();
                while (rows.next()) {
                    all.add(order(rows));
                }
                return all;
            }
        }
    }

    private static NodeOrder order(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        String outcome = row.getString("outcome");
        boolean good = row.getBoolean("good");
        @Nullable Boolean known = row.wasNull() ? null : (Boolean) good;
        return new NodeOrder(
                row.getString("id"),
                row.getString("node_id"),
                row.getString("node_name"),
                kind,
                parsed(kind, Json.read(row.getString("detail"))),
                new UserId(row.getString("by_id")),
                row.getString("username"),
                Instant.ofEpochMilli(row.getLong("given_at")),
                NodeRows.instant(row, "taken_at"),
                NodeRows.instant(row, "done_at"),
                known,
                outcome == null ? "" : outcome,
                Instant.ofEpochMilli(row.getLong("now_at")));
    }

    private static @Nullable Order parsed(String kind, JsonNode detail) {
        try {
            return Order.of(kind, detail).orElse(null);
        } catch (IllegalArgumentException e) { // a newer node allows more
            return null;
        }
    }
}
