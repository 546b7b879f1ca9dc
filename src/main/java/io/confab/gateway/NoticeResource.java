package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.notice.Notices;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** {@code /notices}: what the server has to tell the caller, until they have seen it. */
@Path("/notices")
public class NoticeResource {
    private final Notices notices;
    private final CountedCalls calls;

    @Inject
    public NoticeResource(Notices notices, CountedCalls calls) {
        this.notices = notices;
        this.calls = calls;
    }

    /** Those not seen yet, oldest first. */
    @GET
    public Response unseen(@Context SecurityContext security) {
        ObjectNode body = Json.object();
        body.set("notices", RoomJson.array(notices.unseen(Callers.of(security).user()), NoticeTexts::json));
        return Problems.json(200, body);
    }

    /** The caller has seen it: 204, also the second time. */
    @PUT
    @Path("{id}/seen")
    public Response seen(@Context SecurityContext security, @PathParam("id") String id) {
        Caller caller = calls.caller(security);
        if (!Ids.isId(id)) {
            throw new Refused(new Refusal.NotFound("there is no such notice"));
        }
        notices.seen(caller.user(), id);
        return Response.noContent().build();
    }
}
