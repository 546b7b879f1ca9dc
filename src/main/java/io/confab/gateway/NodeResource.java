package io.confab.gateway;

import io.confab.audit.AuditAct;
import io.confab.identity.Actor;
import io.confab.identity.AdminActs;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.ops.Drain;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;

/** {@code /nodes}: the node that answers, for admins. Behind a balancer that is any of them: call the node by its own address. */
@Path("/nodes")
public class NodeResource {
    private final NodeId node;
    private final Drain drain;
    private final AdminActs acts;
    private final CountedCalls calls;

    @Inject
    public NodeResource(NodeId node, Drain drain, AdminActs acts, CountedCalls calls) {
        this.node = node;
        this.drain = drain;
        this.acts = acts;
        this.calls = calls;
    }

    /** Begins the drain of this node, or says how far it is; who drains it first stands in the audit trail. */
    @POST
    @Path("/self/drain")
    public Response drain(@Context SecurityContext security, @Context HttpServletRequest request) {
        Actor actor = calls.actor(security, request);
        String after = drain.begun() ? null : "draining";
        Optional<Refusal> refusal = acts.refusal(actor, AuditAct.NODE_DRAIN, "node/" + node, after);
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
}
