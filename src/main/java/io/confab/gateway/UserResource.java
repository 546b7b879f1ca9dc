package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.AccountActs;
import io.confab.identity.Accounts;
import io.confab.identity.Actor;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** People: who am I, look somebody up, suspend (staff). */
@Path("/")
public class UserResource {
    private static final int USUAL_PAGE = 20;
    private static final int MAX_OFFSET = 10_000;

    private final Accounts accounts;
    private final AccountActs acts;
    private final CountedCalls calls;
    private final Clock clock;
    private final JsonBody json;
    private final int pageSize;

    @Inject
    public UserResource(
            Accounts accounts,
            AccountActs acts,
            CountedCalls calls,
            Clock clock,
            JsonBody json,
            GatewaySettings settings) {
        this.json = json;
        this.accounts = accounts;
        this.acts = acts;
        this.calls = calls;
        this.clock = clock;
        this.pageSize = settings.pageSize();
    }

    @GET
    @Path("me")
    public Response me(@Context SecurityContext security) {
        return accounts.find(Callers.of(security).user())
                .map(account -> Problems.json(200, IdentityJson.whole(account, clock.instant())))
                .orElseGet(() -> Problems.of(new Refusal.Unauthorized("the account is gone")));
    }

    @GET
    @Path("users/{id}")
    public Response one(@Context SecurityContext security, @PathParam("id") String id) {
        Callers.of(security);
        return accounts.find(Callers.user(id))
                .map(account -> Problems.json(200, IdentityJson.person(account)))
                .orElseGet(() -> Problems.of(new Refusal.NotFound("there is no such user")));
    }

    @GET
    @Path("users")
    public Response search(
            @Context SecurityContext security,
            @QueryParam("q") @DefaultValue("") String q,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("offset") @Nullable String offset)
            throws BadField {
        Callers.of(security);
        int rows = Math.toIntExact(Callers.number("limit", limit, Math.min(USUAL_PAGE, pageSize), 1, pageSize));
        int from = Math.toIntExact(Callers.number("offset", offset, 0, 0, MAX_OFFSET));
        ObjectNode body = Json.object();
        body.set("users", RoomJson.array(accounts.search(Callers.text("q", q), rows, from), IdentityJson::person));
        return Problems.json(200, body);
    }

    @PUT
    @Path("users/{id}/suspension")
    public Response suspend(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            InputStream body)
            throws BadField {
        Actor actor = calls.actor(security, request);
        Fields fields = json.fields(body);
        var outcome = acts.suspend(
                actor,
                Callers.user(id),
                fields.optionalInstant("until").orElse(null),
                fields.optionalText("reason", RoomRules.MAX_REASON_CHARS).orElse(null));
        return SessionResource.answer(outcome, 200, done -> IdentityJson.whole(done.account(), clock.instant()));
    }

    @DELETE
    @Path("users/{id}/suspension")
    public Response lift(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        var outcome = acts.lift(calls.actor(security, request), Callers.user(id), Callers.reason(reason));
        return SessionResource.answer(outcome, 200, done -> IdentityJson.whole(done.account(), clock.instant()));
    }
}
