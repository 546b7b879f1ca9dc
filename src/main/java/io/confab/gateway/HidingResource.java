package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Actor;
import io.confab.kernel.Json;
import io.confab.report.HidePolicy;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;

/** {@code /policies/hide-score}: from which score on a reported message is hidden; an admin decides it while the server runs. */
@Path("/policies/hide-score")
public class HidingResource {
    private final HidePolicy policy;
    private final CountedCalls calls;
    private final StaffCalls staff;
    private final JsonBody json;

    @Inject
    public HidingResource(HidePolicy policy, CountedCalls calls, StaffCalls staff, JsonBody json) {
        this.policy = policy;
        this.calls = calls;
        this.staff = staff;
        this.json = json;
    }

    /** Staff only: who knows the score knows how few must report. */
    @GET
    public Response score(@Context SecurityContext security) {
        staff.reader(security);
        return Problems.json(200, json(policy.score()));
    }

    /** {@code {score, reason}}; only an admin. */
    @PUT
    public Response decide(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        Actor actor = calls.actor(security, request);
        Fields fields = json.fields(body);
        int score = Math.toIntExact(fields.whole("score", 0, HidePolicy.MAX_SCORE));
        String why = fields.text("reason", RoomRules.MAX_REASON_CHARS);
        return SessionResource.answer(policy.decide(actor, score, why), 200, changed -> json(score));
    }

    private static ObjectNode json(int score) {
        return Json.object().put("score", score);
    }
}
