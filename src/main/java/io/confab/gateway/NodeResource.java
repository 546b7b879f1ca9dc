package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.audit.AuditAct;
import io.confab.identity.Actor;
import io.confab.identity.AdminActs;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.node.NodeOrder;
import io.confab.node.NodeOrders;
import io.confab.node.NodeView;
import io.confab.node.Nodes;
import io.confab.node.Order;
import io.confab.ops.Drain;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /nodes}: all nodes and orders to them, for admins, at whichever node; and the drain of the node that answers, which is
 * called by its own address. None of it is passed on by the balancer.
 */
@Path("/nodes")
public class NodeResource {
    private static final int MAX_WHY = 500;
    private static final int ORDERS_SHOWN = 50;

    private final NodeId node;
    private final Drain drain;
    private final AdminActs acts;
    private final Nodes nodes;
    private final NodeOrders orders;
    private final CountedCalls calls;
    private final JsonBody json;

    @Inject
    public NodeResource(
            NodeId node,
            Drain drain,
            AdminActs acts,
            Nodes nodes,
            NodeOrders orders,
            CountedCalls calls,
            JsonBody json) {
        this.node = node;
        this.drain = drain;
        this.acts = acts;
        this.nodes = nodes;
        this.orders = orders;
        this.calls = calls;
        this.json = json;
    }

    /** Every node, with its figures as it wrote them. */
    @GET
    public Response list(@Context SecurityContext security, @Context HttpServletRequest request) {
        return asAdmin(calls.actor(security, request), () -> {
            ObjectNode body = Json.object();
            ArrayNode all = body.putArray("nodes");
            nodes.all().forEach(each -> all.add(json(each)));
            return body;
        });
    }

    /** The newest orders, and what came of them. */
    @GET
    @Path("/orders")
    public Response orders(@Context SecurityContext security, @Context HttpServletRequest request) {
        return asAdmin(calls.actor(security, request), () -> json(orders.newest(ORDERS_SHOWN)));
    }

    /** One order, at each node it was given to. */
    @GET
    @Path("/orders/{order}")
    public Response order(
            @PathParam("order") String id, @Context SecurityContext security, @Context HttpServletRequest request) {
        return asAdmin(calls.actor(security, request), () -> {
            List<NodeOrder> found = Ids.isCid(id) ? orders.of(id) : List.of();
            if (found.isEmpty()) {
                throw new Refused(new Refusal.NotFound("no such order"));
            }
            return json(found);
        });
    }

    /** {@code {do, cid?, reason?, …}}: an order to a node, or to {@code all} that live. */
    @POST
    @Path("/{node}/orders")
    public Response give(
            @PathParam("node") String to,
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            InputStream body)
            throws BadField {
        Actor actor = calls.actor(security, request);
        Fields fields = json.fields(body);
        String id = fields.optionalCid().orElseGet(() -> new Ids().cid());
        @Nullable String why = fields.optionalText("reason", MAX_WHY).orElse(null);
        Order order = order(fields);
        Outcome<NodeOrders.Given> outcome = Ids.isId(to)
                ? orders.give(actor, id, to, order, why)
                : Outcome.refused(new Refusal.NotFound("no such node"));
        return SessionResource.answer(
                outcome, 202, given -> json(given.orders()).put("order", id).put("dup", given.duplicate()));
    }

    private static Order order(Fields fields) throws BadField {
        String kind = fields.text("do", 20);
        try {
            return Order.of(kind, fields.raw())
                    .orElseThrow(() -> new Refused(new Refusal.BadRequest("'do' names no order")));
        } catch (IllegalArgumentException e) {
            throw new Refused(new Refusal.BadRequest(String.valueOf(e.getMessage())));
        }
    }

    /** Begins the drain of this node, or says how far it is; who drains it first stands in the audit trail. */
    @POST
    @Path("/self/drain")
    public Response drain(@Context SecurityContext security, @Context HttpServletRequest request) {
        Actor actor = calls.actor(security, request);
        String after = drain.begun() ? null : "draining";
        Optional<Refusal> refusal =
                acts.refusal(actor, AuditAct.NODE_DRAIN, "node/" + node, NodeOrders.NOT_DRAINING, after);
        if (refusal.isPresent()) {
            return Problems.of(refusal.get());
        }
        drain.begin();
        return Problems.json(
                202,
                Json.object()
                        .put("node", node.value())
                        .put("state", drain.over() ? "drained" : "draining")
                        .put("sockets", drain.socketsLeft())
                        .put("within_ms", drain.within().toMillis()));
    }

    /** What is read. */
    private interface Reading {
        ObjectNode read();
    }

    private Response asAdmin(Actor actor, Reading reading) {
        return SessionResource.answer(acts.perform(actor, jdbc -> Outcome.done(true)), 200, admitted -> reading.read());
    }

    private static ObjectNode json(NodeView each) {
        ObjectNode body = Json.object()
                .put("id", each.id())
                .put("name", each.name())
                .put("state", word(each.state()))
                .put("started_at", each.startedAt().toString())
                .put("seen_at", each.seenAt().toString());
        body.set("figures", each.figures().json());
        return body;
    }

    private static ObjectNode json(List<NodeOrder> orders) {
        ObjectNode body = Json.object();
        ArrayNode all = body.putArray("orders");
        for (NodeOrder each : orders) {
            ObjectNode one = all.addObject()
                    .put("order", each.id())
                    .put("node", each.nodeId())
                    .put("name", each.nodeName())
                    .put("do", each.kind())
                    .put("by", each.by().value())
                    .put("given_at", each.givenAt().toString())
                    .put("state", word(each.state()))
                    .put("outcome", each.outcome());
            put(one, "done_at", each.doneAt());
        }
        return body;
    }

    private static void put(ObjectNode body, String field, @Nullable Instant instant) {
        if (instant != null) {
            body.put(field, instant.toString());
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
