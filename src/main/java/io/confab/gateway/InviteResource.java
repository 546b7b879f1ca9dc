package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Actor;
import io.confab.identity.Invites;
import io.confab.kernel.Json;
import io.confab.moderation.InviteList;
import io.confab.moderation.Slice;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /invites}: an admin makes a code with which one person may register where registration is by invite, and takes it back. */
@Path("/invites")
public class InviteResource {
    private static final long USUAL_DAYS = 7;
    private static final long MOST_DAYS = 90;
    private static final int PAGE = 50;

    private final Invites invites;
    private final InviteList list;
    private final StaffCalls staff;
    private final CountedCalls calls;
    private final JsonBody json;
    private final Clock clock;

    @Inject
    public InviteResource(
            Invites invites, InviteList list, StaffCalls staff, CountedCalls calls, JsonBody json, Clock clock) {
        this.json = json;
        this.invites = invites;
        this.list = list;
        this.staff = staff;
        this.calls = calls;
        this.clock = clock;
    }

    /** {@code {days?, reason?}}; the code is told this once. */
    @POST
    public Response create(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        Actor actor = calls.actor(security, request);
        Fields fields = json.fields(body);
        Duration lifetime =
                Duration.ofDays(fields.optionalWhole("days", 1, MOST_DAYS).orElse(USUAL_DAYS));
        return SessionResource.answer(
                invites.create(actor, lifetime, Callers.why(fields)),
                201,
                code -> Json.object()
                        .put("id", Invites.idOf(code))
                        .put("invite", code)
                        .put("expires_in", lifetime.toSeconds()));
    }

    /** The newest first, without their codes. */
    @GET
    public Response list(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("offset") @Nullable String offset)
            throws BadField {
        staff.admin(security, request);
        int rows = Math.toIntExact(Callers.number("limit", limit, PAGE, 1, PAGE));
        int from = Math.toIntExact(Callers.number("offset", offset, 0, 0, Slice.MOST));
        Slice<InviteList.Row> found = list.page(from, rows);
        ObjectNode body = Json.object();
        body.set("invites", RoomJson.array(found.rows(), this::json));
        return Problems.json(200, body.put("total", found.total()));
    }

    /** Nobody registers with it any more; one that ran out or was taken back before stays as it is. */
    @DELETE
    @Path("{invite}")
    public Response revoke(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("invite") String invite,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        Actor actor = calls.actor(security, request);
        return SessionResource.answer(
                invites.revoke(actor, invite, Callers.reason(reason)),
                200,
                revoked -> Json.object().put("id", invite).put("dup", !revoked));
    }

    private ObjectNode json(InviteList.Row row) {
        ObjectNode json = Json.object()
                .put("id", row.id())
                .put("state", row.standingAt(clock.instant()).name().toLowerCase(Locale.ROOT))
                .put("by", row.by().value())
                .put("created_at", ServerFrames.time(row.createdAt()))
                .put("expires_at", ServerFrames.time(row.expiresAt()));
        if (row.revokedAt() != null) {
            json.put("revoked_at", ServerFrames.time(row.revokedAt()));
        }
        if (row.usedBy() != null) {
            json.put("used_by", row.usedBy().value());
        }
        return json;
    }
}
