package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.node.LogLevels;
import io.confab.node.NodeOrders;
import io.confab.node.NodeView;
import io.confab.node.Order;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page of every order to nodes: it names which node, or whose sockets, asks why, and gives the order once: its id is made
 * with the form, and the database holds each id once, whichever node a second press comes to. For admins alone.
 */
@Named
@RequestScoped
public class NodeActPage {
    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private Proof proof;

    @Inject
    private Console console;

    private String commandId = new Ids().cid();
    private @Nullable NodeAct act;
    private String nodeId = "";
    private String user = "";
    private String socket = "";
    private String why = "";
    private String logger = "io.confab";
    private LogLevels.Level level = LogLevels.Level.DEBUG;
    private int minutes = 10;
    private @Nullable List<NodeView> nodes;

    @PostConstruct
    void readAddress() {
        act = NodeAct.of(door.parameter("do")).orElse(null);
        nodeId = door.parameter("node");
        user = door.parameter("user");
        socket = door.parameter("socket");
    }

    /** Called before the page is built, and again with each post; answers 404 or 403 when there is nothing to do here. */
    public void load() {
        isOpen();
    }

    private boolean isOpen() {
        if (!staff.isAdmin()) {
            door.forbidden();
            return false;
        }
        if (act == null || (act.onNode() ? getNode() == null : getPerson() == null) || !isSocketOrNone()) {
            door.notFound();
            return false;
        }
        return true;
    }

    private boolean isSocketOrNone() {
        return socket.isEmpty() || Ids.isId(socket);
    }

    /** Gives the order. Back to where it came from when given, or when it had been given; else the form again. */
    public @Nullable String perform() {
        if (!isOpen() || act == null || !proof.isGiven()) {
            return null;
        }
        if (why.isBlank()) {
            door.complain("Not done: say why.");
            return null;
        }
        Order order;
        try {
            order = order(act);
        } catch (IllegalArgumentException e) {
            door.complain("Not done: " + e.getMessage() + ".");
            return null;
        }
        String to = act.onNode() ? nodeId : NodeOrders.ALL;
        Outcome<NodeOrders.Given> outcome = Acts.settled(
                Acts.UNKNOWN, () -> console.nodeOrders().give(staff.required().actor(), commandId, to, order, why));
        return answer(outcome);
    }

    private Order order(NodeAct which) {
        return switch (which) {
            case DRAIN -> new Order.Drain();
            case UNDRAIN -> new Order.Undrain();
            case LOG_LEVEL -> new Order.LogLevel(logger.strip(), level, Duration.ofMinutes(minutes));
            case CLOSE_SOCKETS ->
                new Order.CloseSockets(new UserId(user), socket.isEmpty() ? null : new ConnectionId(socket));
        };
    }

    private @Nullable String answer(Outcome<NodeOrders.Given> outcome) {
        return switch (outcome) {
            case Outcome.Done<NodeOrders.Given>(NodeOrders.Given given) -> {
                visit.say(
                        given.duplicate()
                                ? "That had been sent already; nothing was done twice."
                                : "Ordered. What comes of it stands below.",
                        true);
                yield "/admin/nodes?faces-redirect=true";
            }
            case Outcome.Refused<NodeOrders.Given>(Refusal refusal) -> door.refused(refusal);
        };
    }

    private List<NodeView> nodes() {
        if (nodes == null) {
            nodes = console.nodes().all();
        }
        return nodes;
    }

    /** Null: the address names none. */
    public @Nullable NodeView getNode() {
        return nodes().stream()
                .filter(each -> each.id().equals(nodeId))
                .findFirst()
                .orElse(null);
    }

    /** Null: the address names none. */
    public @Nullable Account getPerson() {
        return Ids.isId(user) ? console.accounts().find(new UserId(user)).orElse(null) : null;
    }

    /** Where the people of a node that drains can go. */
    public String getOthers() {
        return nodes().stream()
                .filter(each ->
                        each.state() == NodeView.State.READY && !each.id().equals(nodeId))
                .map(NodeView::name)
                .collect(Collectors.joining(", "));
    }

    public long getSockets() {
        return Optional.ofNullable(getNode())
                .map(node -> node.figures().number("sockets"))
                .orElse(0L);
    }

    public LogLevels.Level[] getLevels() {
        return LogLevels.Level.values();
    }

    /** Where to without doing anything. */
    public String getWayOut() {
        return act != null && !act.onNode() ? "/admin/sessions?who=" + user : "/admin/nodes";
    }

    public @Nullable NodeAct getAct() {
        return act;
    }

    public String getSocket() {
        return socket;
    }

    public String getCommandId() {
        return commandId;
    }

    /** As the form carries it; anything that is no command id is not taken. */
    public void setCommandId(String commandId) {
        if (Ids.isCid(commandId)) {
            this.commandId = commandId;
        }
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }

    public String getLogger() {
        return logger;
    }

    public void setLogger(String logger) {
        this.logger = logger;
    }

    public LogLevels.Level getLevel() {
        return level;
    }

    public void setLevel(LogLevels.Level level) {
        this.level = level;
    }

    public int getMinutes() {
        return minutes;
    }

    public void setMinutes(int minutes) {
        this.minutes = minutes;
    }
}
