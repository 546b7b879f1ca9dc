package io.confab.admin;

import io.confab.kernel.Json;
import io.confab.node.NodeOrder;
import io.confab.node.Order;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All nodes and what they were told to do. For admins alone. */
@Named
@ViewScoped
public class NodesPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 20;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private transient @Nullable List<NodeOrder> orders;

    /** Called before the page is built, and again with each post. */
    public void load() {
        orders = null; // the view lives on, and orders are carried out meanwhile
        if (!staff.isAdmin()) {
            door.forbidden();
        }
    }

    /** The newest. */
    public List<NodeOrder> getOrders() {
        if (orders == null) {
            orders = console.nodeOrders().newest(SHOWN);
        }
        return orders;
    }

    /** Nothing more comes of those that are shown. */
    public boolean isSettled() {
        return getOrders().stream().allMatch(order -> order.state().settled());
    }

    /** In words. */
    public String what(NodeOrder given) {
        return given.order() == null ? given.kind() : what(given.order());
    }

    private static String what(Order order) {
        return switch (order) {
            case Order.Drain ignored -> "Drain";
            case Order.Undrain ignored -> "Call the drain off";
            case Order.SelfTest ignored -> "Self-test";
            case Order.ListSockets list -> "List the sockets of " + list.user();
            case Order.LogLevel set ->
                set.logger() + " to " + set.level().word() + " for "
                        + set.time().toMinutes() + " minutes";
            case Order.CloseSockets close ->
                (close.socket() == null ? "Close the sockets of " : "Close " + close.socket() + " of ") + close.user();
        };
    }

    public String state(NodeOrder given) {
        return switch (given.state()) {
            case GIVEN -> "waits for the node";
            case TAKEN -> "under way";
            case DONE -> "done";
            case FAILED -> "not done";
            case MISSED -> "not done: the node did not ask for it in time";
            case UNKNOWN -> "perhaps done: the node has not said what came of it";
        };
    }

    public String tone(NodeOrder given) {
        return switch (given.state()) {
            case GIVEN, TAKEN -> "";
            case DONE -> "good";
            case FAILED, MISSED -> "harsh";
            case UNKNOWN -> "warn";
        };
    }

    /** Of a self-test its steps have a page. */
    public String outcome(NodeOrder given) {
        boolean steps =
                given.order() instanceof Order.SelfTest && given.outcome().startsWith("[");
        return steps ? Json.read(given.outcome()).size() + " steps" : given.outcome();
    }

    public boolean isSelfTest(NodeOrder given) {
        return given.order() instanceof Order.SelfTest;
    }
}
