package io.confab.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Actor;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.kernel.Setting;
import io.confab.kernel.ShownSettings;
import io.confab.kernel.UserId;
import io.confab.node.NodeView.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What nodes say of themselves and are told to do, on whichever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NodesContract {
    private IdentityNode identity;
    private Actor admin;

    /** The URL of an empty database. */
    abstract String url();

    @BeforeAll
    void open() {
        identity = new IdentityNode(url());
        admin = identity.actor(identity.person(GlobalRole.ADMIN));
    }

    @AfterAll
    void close() {
        identity.close();
    }

    @BeforeEach
    void forgetAll() {
        identity.sql("delete from node");
        identity.sql("delete from node_order");
    }

    /** A process that says what it is told to say, and notes its orders. */
    private final class Living {
        final ThisNode self;
        final NodeRows rows;
        final NodeOrders orders;
        final NodeBeat beat;
        final List<Order> done = Collections.synchronizedList(new ArrayList<>());
        final ObjectNode figures = Json.object().put("drain", "no");

        Living(String name, ShownSettings settings) {
            self = new ThisNode(new NodeId(name));
            rows = new NodeRows(identity.database, self, settings);
            orders = new NodeOrders(identity.database, identity.admin);
            beat = new NodeBeat(self, rows, () -> new Figures(figures), orders, (order, outcome) -> {
                done.add(order);
                outcome.told(true, "done by " + name);
            });
            figures.putArray("checks").addObject().put("name", "database").put("up", true);
        }

        /** As if it had said this so much earlier. */
        void saidEarlier(Duration by) {
            identity.sql("update node set seen_at = seen_at - ? where id = ?", by.toMillis(), self.id());
        }

        Outcome<NodeOrders.Given> give(String id, String to, Order order) {
            return orders.give(admin, id, to, order, "a test");
        }
    }

    private Living living(String name) {
        return living(name, new ShownSettings(List.of()));
    }

    /** With one setting that has this value. */
    private Living living(String name, String time) {
        var setting = new Setting("confab.a.time", Setting.Kind.TEXT, "1s", "");
        return living(name, new ShownSettings(List.of(ShownSettings.Shown.of(setting, time, "the environment"))));
    }

    private Living living(String name, ShownSettings settings) {
        var process = new Living(name, settings);
        process.beat.beat();
        return process;
    }

    private List<NodeView> seen() {
        return new Nodes(identity.database, new ThisNode(new NodeId("reader"))).all();
    }

    private static String id() {
        return new Ids().cid();
    }

    private static Refusal refused(Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?>(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + outcome);
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError("refused: " + outcome);
    }

    private List<AuditLine> audited() {
        return new AuditTrail(identity.database)
                .search(new AuditTrail.Filter(admin.user(), null, null), 0, 100).stream()
                        .map(AuditTrail.Entry::line)
                        .toList();
    }

    @Test
    void whoeverReadsSeesEveryNodeWithWhatItSaidLast() {
        Living one = living("n1");
        Living two = living("n2");
        one.figures.put("sockets", 12);
        one.beat.beat();
        two.figures.put("drain", "draining").put("sockets", 30);
        two.beat.beat();

        assertThat(seen()).extracting(NodeView::name).containsExactly("n1", "n2");
        assertThat(seen()).extracting(NodeView::state).containsExactly(State.READY, State.DRAINING);
        assertThat(Together.of(seen()).sockets()).isEqualTo(42);
        one.figures
                .putObject("waiting")
                .put("commands", 1)
                .put("lanes", 2)
                .put("reads", 3)
                .put("socket_bytes", 4);
        two.figures.putObject("waiting").put("commands", 10).put("broker", 5);
        one.beat.beat();
        two.beat.beat();
        assertThat(Together.of(seen()).waiting()).isEqualTo(new Together.Waiting(11, 2, 3, 4, 5));
    }

    @Test
    void aNodeThatNeedsSomethingThatIsAwayIsNotReady() {
        Living one = living("n1");
        one.figures
                .putArray("checks")
                .addObject()
                .put("name", "database")
                .put("up", false)
                .put("why", "it is away");
        one.beat.beat();

        assertThat(seen()).singleElement().satisfies(node -> {
            assertThat(node.state()).isEqualTo(State.NOT_READY);
            assertThat(node.figures().checks())
                    .singleElement()
                    .extracting(Figures.Check::why)
                    .isEqualTo("it is away");
        });
    }

    @Test
    void aNodeThatSaysNothingForAWhileIsGoneAndIsKnownToHaveBeenThere() {
        living("n1");
        Living two = living("n2");
        two.saidEarlier(Duration.ofSeconds(11));

        NodeView gone = seen().get(1);

        assertThat(gone.state()).isEqualTo(State.GONE);
        assertThat(Duration.between(gone.seenAt(), gone.now()))
                .isBetween(Duration.ofSeconds(11), Duration.ofMinutes(1));
        assertThat(Together.of(seen()).nodes()).isEqualTo(1);
        two.beat.beat();
        assertThat(seen().get(1).state()).isEqualTo(State.READY);
    }

    @Test
    void aNodeWithManyLoggersThatAreSetIsSeenAndTakesOrdersAllTheSame() {
        Living one = living("n1");
        var levels = one.figures.putArray("log_levels");
        for (int i = 0; i < 100; i++) {
            levels.addObject()
                    .put("logger", "io.confab." + "a".repeat(40) + "." + "b".repeat(40))
                    .put("level", "debug")
                    .put("until", "2026-11-26T13:00:00Z");
        }
        done(one.give(id(), one.self.id(), new Order.Drain()));

        one.beat.beat();

        assertThat(one.done).containsExactly(new Order.Drain());
        Figures told = seen().getFirst().figures();
        assertThat(told.text("drain")).isEqualTo("no");
        assertThat(told.logLevels()).hasSizeBetween(30, 99);
        assertThat(told.logLevels().size() + told.number("log_levels_left_out")).isEqualTo(100);
    }

    @Test
    void settingsOfAllNodesThatLiveStandSideBySide() {
        Living one = living("n1", "5s");
        Living two = living("n2", "9s");
        living("n3", "7s").saidEarlier(Duration.ofSeconds(11));

        assertThat(new Nodes(identity.database, one.self).settings())
                .extracting(NodeSetting::node, NodeSetting::key, NodeSetting::shown, NodeSetting::source)
                .containsExactly(
                        tuple("n1", "confab.a.time", "5s", "the environment"),
                        tuple("n2", "confab.a.time", "9s", "the environment"));
        two.beat.leave();
        identity.sql("update node set stopped_at = stopped_at - 3700000 where id = ?", two.self.id());
        living("n4", "5s");
        assertThat(identity.one("select count(*) from node_setting where node_id = ?", two.self.id()))
                .as("of a node that is forgotten")
                .isEqualTo("0");
    }

    @Test
    void aNodeThatIsStoppedInOrderSaysSo() {
        Living one = living("n1");

        one.beat.leave();

        assertThat(seen()).singleElement().extracting(NodeView::state).isEqualTo(State.STOPPED);
    }

    @Test
    void aNodeThatComesBackUnderItsNameTakesThePlaceOfItsFormerProcess() {
        Living before = living("n1");
        before.saidEarlier(Duration.ofSeconds(11));

        Living after = living("n1");

        assertThat(seen()).singleElement().extracting(NodeView::id).isEqualTo(after.self.id());
    }

    @Test
    void twoThatLiveUnderOneNameAreBothThere() {
        Living one = living("n1");
        Living twin = living("n1");

        assertThat(seen()).extracting(NodeView::id).containsExactlyInAnyOrder(one.self.id(), twin.self.id());
    }

    @Test
    void whatIsLongGoneIsForgottenAndWhatHasJustGoneIsNot() {
        living("vanished").saidEarlier(Duration.ofHours(25));
        living("lately").saidEarlier(Duration.ofHours(23));
        Living stopped = living("stopped");
        stopped.beat.leave();
        identity.sql("update node set stopped_at = stopped_at - 3700000 where id = ?", stopped.self.id());

        living("n1");

        assertThat(seen()).extracting(NodeView::name).containsExactly("lately", "n1");
    }

    @Test
    void anOrderIsCarriedOutByTheNodeItIsForAndByNoOther() {
        Living one = living("n1");
        Living two = living("n2");
        String id = id();

        NodeOrders.Given given = done(one.give(id, two.self.id(), new Order.Drain()));
        one.beat.beat();
        two.beat.beat();
        two.beat.beat();

        assertThat(given.orders()).singleElement().extracting(NodeOrder::state).isEqualTo(NodeOrder.State.GIVEN);
        assertThat(one.done).isEmpty();
        assertThat(two.done).containsExactly(new Order.Drain());
        assertThat(one.orders.of(id)).singleElement().satisfies(order -> {
            assertThat(order.state()).isEqualTo(NodeOrder.State.DONE);
            assertThat(order.outcome()).isEqualTo("done by n2");
            assertThat(order.by()).isEqualTo(admin.user());
        });
    }

    @Test
    void anOrderIsTakenOnceHoweverManyAskAtOnce() {
        Living one = living("n1");
        done(one.give(id(), one.self.id(), new Order.SelfTest()));
        NodeOrder due = one.orders.due(one.self.id()).getFirst();

        List<CompletableFuture<Boolean>> taken = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> one.orders.take(due)))
                .limit(8)
                .toList();

        assertThat(taken.stream().filter(CompletableFuture::join)).hasSize(1);
    }

    @Test
    void whatIsForAllIsDoneByEachThatLives() {
        Living one = living("n1");
        Living two = living("n2");
        Living gone = living("n3");
        gone.saidEarlier(Duration.ofSeconds(11));
        var order = new Order.CloseSockets(new UserId("u_1"), new ConnectionId("c_1"));

        NodeOrders.Given given = done(one.give(id(), NodeOrders.ALL, order));
        one.beat.beat();
        two.beat.beat();
        gone.beat.beat();

        assertThat(given.orders()).extracting(NodeOrder::nodeName).containsExactly("n1", "n2");
        assertThat(one.done).containsExactly(order);
        assertThat(two.done).containsExactly(order);
        assertThat(gone.done).isEmpty();
    }

    @Test
    void givenTwiceItIsOneOrderWhicheverNodeItIsGivenAt() {
        Living one = living("n1");
        Living two = living("n2");
        String id = id();
        int before = audited().size();

        List<CompletableFuture<Outcome<NodeOrders.Given>>> given = Stream.of(one, two, one, two)
                .map(at -> CompletableFuture.supplyAsync(() -> at.give(id, one.self.id(), new Order.Drain())))
                .toList();

        assertThat(given.stream().map(each -> done(each.join()).duplicate()).filter(duplicate -> !duplicate))
                .hasSize(1);
        one.beat.beat();
        assertThat(one.done).hasSize(1);
        assertThat(audited()).hasSize(before + 1);
        assertThat(refused(two.give(id, one.self.id(), new Order.Undrain()))).isInstanceOf(Refusal.CidConflict.class);
    }

    @Test
    void nobodyButAnAdminGivesOrdersAndARefusalLeavesNoTrace() {
        Living one = living("n1");
        for (GlobalRole role : List.of(GlobalRole.USER, GlobalRole.AUDITOR, GlobalRole.MODERATOR)) {
            Actor other = identity.actor(identity.person(role));
            String id = id();

            assertThat(refused(one.orders.give(other, id, one.self.id(), new Order.Drain(), null)))
                    .as(role.word())
                    .isInstanceOf(Refusal.Forbidden.class);
            assertThat(one.orders.of(id)).isEmpty();
        }
        Actor ended = identity.actor(identity.person(GlobalRole.ADMIN));
        identity.sql(
                "update sign_in set ended_at = 1 where id = ?", ended.signIn().value());

        assertThat(refused(one.orders.give(ended, id(), NodeOrders.ALL, new Order.SelfTest(), null)))
                .isInstanceOf(Refusal.Unauthorized.class);
        one.beat.beat();
        assertThat(one.done).isEmpty();
    }

    @Test
    void aNodeThatIsGoneOrUnknownIsToldNothing() {
        Living one = living("n1");
        one.saidEarlier(Duration.ofSeconds(11));

        assertThat(refused(one.give(id(), one.self.id(), new Order.Drain()))).isInstanceOf(Refusal.Conflict.class);
        assertThat(refused(one.give(id(), "n_none", new Order.Drain()))).isInstanceOf(Refusal.NotFound.class);
        assertThat(refused(one.orders.give(admin, id(), one.self.id(), new Order.Drain(), "why \u202Eton")))
                .isInstanceOf(Refusal.BadRequest.class);
        assertThat(refused(one.give("not an id", one.self.id(), new Order.Drain())))
                .isInstanceOf(Refusal.BadRequest.class);
        assertThat(one.orders.newest(10)).isEmpty();
    }

    @Test
    void eachActHasItsAuditLineAndAQuestionHasNone() {
        Living one = living("n1");
        var ann = new UserId("u_ann");
        int before = audited().size();
        List<Order> all = List.of(
                new Order.SelfTest(),
                new Order.ListSockets(ann),
                new Order.Drain(),
                new Order.Undrain(),
                new Order.LogLevel("io.confab.log", LogLevels.Level.DEBUG, Duration.ofMinutes(10)),
                new Order.CloseSockets(ann, null));

        all.forEach(order -> done(one.give(id(), one.self.id(), order)));

        List<AuditLine> lines = audited();
        assertThat(lines.subList(0, lines.size() - before))
                .extracting(AuditLine::act, AuditLine::target, AuditLine::after, AuditLine::why)
                .containsExactly(
                        tuple("user.close_sockets", "u_ann", "all sockets closed", "a test"),
                        tuple("node.log_level", "node/n1", "io.confab.log debug for PT10M", "a test"),
                        tuple("node.undrain", "node/n1", "ready again", "a test"),
                        tuple("node.drain", "node/n1", "draining", "a test"));
        one.beat.beat();
        assertThat(one.done).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void theLineOfADrainSaysHowEachNodeStoodBefore() {
        Living one = living("n1");
        living("n2");
        one.figures.put("drain", "drained");
        one.beat.beat();

        done(one.give(id(), NodeOrders.ALL, new Order.Drain()));
        done(one.give(id(), one.self.id(), new Order.Undrain()));

        assertThat(audited().subList(0, 2))
                .extracting(AuditLine::act, AuditLine::before, AuditLine::after)
                .containsExactly(
                        tuple("node.undrain", "drained", "ready again"),
                        tuple("node.drain", "n1 drained, n2 not draining", "draining"));
    }

    @Test
    void anOrderThatIsFoundTooLateIsLeft() {
        Living one = living("n1");
        String id = id();
        done(one.give(id, one.self.id(), new Order.Drain()));
        identity.sql("update node_order set given_at = given_at - 61000 where id = ?", id);

        one.beat.beat();

        assertThat(one.done).isEmpty();
        assertThat(one.orders.of(id))
                .singleElement()
                .extracting(NodeOrder::state)
                .isEqualTo(NodeOrder.State.MISSED);
    }

    @Test
    void anOrderWhoseNodeDiedOverItIsKnownAsThat() {
        Living one = living("n1");
        String id = id();
        done(one.give(id, one.self.id(), new Order.Drain()));
        assertThat(one.orders.take(one.orders.of(id).getFirst())).isTrue();
        assertThat(one.orders.of(id))
                .singleElement()
                .extracting(NodeOrder::state)
                .isEqualTo(NodeOrder.State.TAKEN);

        identity.sql("update node_order set given_at = given_at - 61000 where id = ?", id);

        assertThat(one.orders.of(id))
                .singleElement()
                .extracting(NodeOrder::state)
                .isEqualTo(NodeOrder.State.UNKNOWN);
        assertThat(NodeOrder.State.UNKNOWN.settled()).isTrue();
    }

    @Test
    void anOrderOfANewerVersionIsRefusedByTheNodeInWords() {
        Living one = living("n1");
        String id = id();
        done(one.give(id, one.self.id(), new Order.Drain()));
        identity.sql("update node_order set kind = 'dance' where id = ?", id);

        one.beat.beat();

        assertThat(one.done).isEmpty();
        assertThat(one.orders.of(id)).singleElement().satisfies(order -> {
            assertThat(order.state()).isEqualTo(NodeOrder.State.FAILED);
            assertThat(order.outcome()).contains("knows no such order");
        });
    }

    @Test
    void anOutcomeThatIsTooLongIsCut() {
        Living one = living("n1");
        String id = id();
        done(one.give(id, one.self.id(), new Order.SelfTest()));

        one.orders.done(one.orders.of(id).getFirst(), true, "x".repeat(NodeOrders.MAX_OUTCOME + 1));

        assertThat(one.orders.of(id))
                .singleElement()
                .satisfies(order -> assertThat(order.outcome()).hasSize(NodeOrders.MAX_OUTCOME));
    }
}
