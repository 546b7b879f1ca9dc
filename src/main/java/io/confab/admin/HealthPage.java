package io.confab.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.node.Figures;
import io.confab.node.NodeOrder;
import io.confab.node.NodeOrders;
import io.confab.node.NodeView;
import io.confab.node.Order;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What readiness says at each node, and a self-test of all of them, which admins begin. */
@Named
@ViewScoped
public class HealthPage implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Texts texts;

    private String test = "";
    private String commandId = new Ids().cid();
    private transient @Nullable List<NodeView> nodes;
    private transient @Nullable List<NodeOrder> tests;

    @PostConstruct
    void init() {
        String asked = door.parameter("test");
        test = Ids.isCid(asked) ? asked : "";
    }

    /** One step of a self-test. @param why empty: it was good */
    public record Step(String name, String time, String why) {}

    /** Called before the page is built, and again with each post: nodes go on meanwhile. */
    public void load() {
        nodes = null;
        tests = null;
    }

    public List<NodeView> getNodes() {
        if (nodes == null) {
            nodes = console.nodes().all();
        }
        return nodes;
    }

    public NodeLine line(NodeView node) {
        return NodeLine.of(node, texts);
    }

    /** A word, and the tone it is said in. The broker makes no node unready, and may be down all the same. */
    public String standing(NodeView node, Figures.Check check) {
        if (check.name().equals("drain")) {
            return check.up() ? "no" : "yes";
        }
        if (!check.up()) {
            return "down";
        }
        boolean broker =
                check.name().equals("broker") && node.figures().text("broker").equals("down");
        return broker ? "away" : "up";
    }

    public String tone(NodeView node, Figures.Check check) {
        return switch (standing(node, check)) {
            case "up", "no" -> "good";
            case "away" -> "warn";
            default -> "harsh";
        };
    }

    /** Begins a self-test of all nodes. */
    public @Nullable String begin() {
        if (!staff.isAdmin()) {
            door.forbidden();
            return null;
        }
        Outcome<NodeOrders.Given> outcome = Acts.settled(
                Acts.UNKNOWN,
                () -> console.nodeOrders()
                        .give(staff.required().actor(), commandId, NodeOrders.ALL, new Order.SelfTest(), null));
        return switch (outcome) {
            case Outcome.Done<NodeOrders.Given> ignored -> "/admin/health?faces-redirect=true&test=" + commandId;
            case Outcome.Refused<NodeOrders.Given>(Refusal refusal) -> {
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    /** The self-test that the address names, at each node; none: it names none. */
    public List<NodeOrder> getTests() {
        if (tests == null) {
            tests = test.isEmpty()
                    ? List.of()
                    : console.nodeOrders().of(test).stream()
                            .filter(order -> order.order() instanceof Order.SelfTest)
                            .toList();
        }
        return tests;
    }

    public boolean isSettled() {
        return getTests().stream().allMatch(order -> order.state().settled());
    }

    public List<Step> steps(NodeOrder order) {
        if (!order.outcome().startsWith("[")) {
            return List.of();
        }
        return StreamSupport.stream(Json.read(order.outcome()).spliterator(), false)
                .map(HealthPage::step)
                .toList();
    }

    private static Step step(JsonNode step) {
        return new Step(
                step.path("step").asText(),
                step.path("ms").asText() + " ms",
                step.path("why").asText());
    }

    public String getCommandId() {
        return commandId;
    }
}
