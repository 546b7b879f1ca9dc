package io.confab.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.SignInList;
import io.confab.node.NodeOrder;
import io.confab.node.NodeOrders;
import io.confab.node.Order;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Devices that are signed in, found by person; and the sockets that one person has now, which only the nodes know: they are
 * asked by an order, and their answers are shown as they come. The latter is for admins.
 */
@Named
@ViewScoped
public class SessionsPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int MAX_SEARCH = 64;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private String who = "";
    private String asked = "";
    private String commandId = new Ids().cid();
    private SliceModel<SignInList.Row> rows;
    private transient @Nullable Account person;
    private transient @Nullable List<NodeOrder> answers;

    @PostConstruct
    void init() {
        String said = door.parameter("who").strip();
        who = said.substring(0, Math.min(said.length(), MAX_SEARCH));
        String order = door.parameter("asked");
        asked = Ids.isCid(order) ? order : "";
        rows = new SliceModel<>(
                door, (offset, limit, sort) -> console.signInList().page(who, offset, limit));
    }

    /** A socket that a node has. */
    public record Open(String node, String socket, String signIn, String kind, String age) {}

    /** Called before the page is built, and again with each post: nodes answer meanwhile. */
    public void load() {
        answers = null;
    }

    public String getWho() {
        return who;
    }

    public SliceModel<SignInList.Row> getRows() {
        return rows;
    }

    /** Whose sockets can be asked for: the search is the id of one person. Null: it is not. */
    public @Nullable Account getPerson() {
        if (person == null && Ids.isId(who)) {
            person = console.accounts().find(new UserId(who)).orElse(null);
        }
        return person;
    }

    /** Only admins act on staff, and nobody on themselves; moderators on users. */
    public boolean isWithinReach(SignInList.Row row) {
        boolean self = staff.getId().equals(row.user().value());
        return staff.isActing() && !self;
    }

    /** Asks all nodes. */
    public @Nullable String ask() {
        if (!staff.isAdmin()) {
            door.forbidden();
            return null;
        }
        Account found = getPerson();
        if (found == null) {
            door.notFound();
            return null;
        }
        Outcome<NodeOrders.Given> outcome = Acts.settled(
                Acts.UNKNOWN,
                () -> console.nodeOrders()
                        .give(
                                staff.required().actor(),
                                commandId,
                                NodeOrders.ALL,
                                new Order.ListSockets(found.id()),
                                null));
        return switch (outcome) {
            case Outcome.Done<NodeOrders.Given> ignored ->
                "/admin/sessions?faces-redirect=true&who=" + who + "&asked=" + commandId;
            case Outcome.Refused<NodeOrders.Given>(Refusal refusal) -> {
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    /** What the nodes were asked about this person; none: they were not. */
    public List<NodeOrder> getAnswers() {
        if (answers == null) {
            answers = asked.isEmpty() || !staff.isAdmin()
                    ? List.of()
                    : console.nodeOrders().of(asked).stream()
                            .filter(order -> order.order() instanceof Order.ListSockets list
                                    && list.user().value().equals(who))
                            .toList();
        }
        return answers;
    }

    public boolean isSettled() {
        return getAnswers().stream().allMatch(order -> order.state().settled());
    }

    /** Nodes that have not answered, or will not. */
    public List<NodeOrder> getSilent() {
        return getAnswers().stream()
                .filter(order -> order.state() != NodeOrder.State.DONE)
                .toList();
    }

    public List<Open> getSockets() {
        return getAnswers().stream()
                .filter(order -> order.outcome().startsWith("["))
                .flatMap(
                        order -> StreamSupport.stream(Json.read(order.outcome()).spliterator(), false)
                                .map(each -> open(order, each)))
                .toList();
    }

    private static Open open(NodeOrder order, JsonNode each) {
        return new Open(
                order.nodeName(),
                each.path("socket").asText(),
                each.path("sign_in").asText(),
                each.path("kind").asText(),
                age(Duration.ofSeconds(each.path("open_s").asLong())));
    }

    private static String age(Duration open) {
        return open.toHours() > 0
                ? open.toHours() + " h " + open.toMinutesPart() + " min"
                : open.toMinutes() > 0
                        ? open.toMinutes() + " min " + open.toSecondsPart() + " s"
                        : open.toSeconds() + " s";
    }
}
