package io.confab.gateway;

import io.confab.identity.Actor;
import io.confab.identity.Invites;
import io.confab.kernel.Json;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Duration;

/** {@code /invites}: an admin makes a code with which one person may register where registration is by invite. */
@Path("/invites")
public class InviteResource {
    private static final long USUAL_DAYS = 7;
    private static final long MOST_DAYS = 90;

    private final Invites invites;
    private final CountedCalls calls;
    private final JsonBody json;

    @Inject
    public InviteResource(Invites invites, CountedCalls calls, JsonBody json) {
        this.json = json;
        this.invites = invites;
        this.calls = calls;
    }

    /** {@code {days?}}; the code is told this once. */
    @POST
    public Response create(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        Actor actor = calls.actor(security, request);
        Fields fields = json.fields(body);
        Duration lifetime =
                Duration.ofDays(fields.optionalWhole("days", 1, MOST_DAYS).orElse(USUAL_DAYS));
        return SessionResource.answer(
                invites.create(actor, lifetime, null),
                201,
                code -> Json.object().put("invite", code).put("expires_in", lifetime.toSeconds()));
    }
}
