package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Actor;
import io.confab.identity.RegistrationMode;
import io.confab.identity.RegistrationPolicy;
import io.confab.kernel.Json;
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

/** {@code /policies/registration}: who may make an account; an admin decides it while the server runs. */
@Path("/policies/registration")
public class RegistrationResource {
    private final RegistrationPolicy policy;
    private final CountedCalls calls;
    private final JsonBody json;

    @Inject
    public RegistrationResource(RegistrationPolicy policy, CountedCalls calls, JsonBody json) {
        this.policy = policy;
        this.calls = calls;
        this.json = json;
    }

    @GET
    public Response rule(@Context SecurityContext security) {
        calls.caller(security);
        return Problems.json(200, json(policy.mode()));
    }

    /** {@code {registration, reason}}; only an admin. */
    @PUT
    public Response decide(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        Actor actor = calls.actor(security, request);
        Fields fields = json.fields(body);
        RegistrationMode mode = fields.word("registration", RegistrationMode.class);
        String why = fields.text("reason", RoomRules.MAX_REASON_CHARS);
        return SessionResource.answer(policy.decide(actor, mode, why), 200, changed -> json(mode));
    }

    private static ObjectNode json(RegistrationMode mode) {
        return Json.object().put("registration", mode.word());
    }
}
