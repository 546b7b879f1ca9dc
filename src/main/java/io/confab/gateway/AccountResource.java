package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.AccountActs;
import io.confab.identity.Accounts;
import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.identity.SignIns;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.moderation.StaffMember;
import io.confab.notice.Notice;
import io.confab.report.Warnings;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
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

/** What staff do to accounts beside suspending them: roles, sign-ins, warnings. The same acts as the console's. */
@Path("/")
public class AccountResource {
    private static final int PAGE = 50;

    private final AccountActs acts;
    private final Accounts accounts;
    private final SignIns signIns;
    private final Warnings warnings;
    private final StaffCalls staff;
    private final CountedCalls calls;
    private final JsonBody json;
    private final Clock clock;

    @Inject
    public AccountResource(
            AccountActs acts,
            Accounts accounts,
            SignIns signIns,
            Warnings warnings,
            StaffCalls staff,
            CountedCalls calls,
            JsonBody json,
            Clock clock) {
        this.acts = acts;
        this.accounts = accounts;
        this.signIns = signIns;
        this.warnings = warnings;
        this.staff = staff;
        this.calls = calls;
        this.json = json;
        this.clock = clock;
    }

    /** {@code {role, reason?}}; admins, not their own. */
    @PUT
    @Path("users/{id}/role")
    public Response setRole(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            InputStream body)
            throws BadField {
        Actor by = calls.actor(security, request);
        Fields fields = json.fields(body);
        GlobalRole role = fields.word("role", GlobalRole.class);
        return account(acts.setRole(by, Callers.user(id), role, Callers.why(fields)));
    }

    /** The devices of somebody, for staff. */
    @GET
    @Path("users/{id}/sessions")
    public Response sessions(
            @Context SecurityContext security, @Context HttpServletRequest request, @PathParam("id") String id) {
        StaffMember reader = staff.reader(security, request);
        UserId user = there(id);
        ObjectNode body = Json.object();
        body.set(
                "sessions", RoomJson.array(signIns.list(user), signIn -> IdentityJson.signIn(signIn, reader.signIn())));
        return Problems.json(200, body);
    }

    @DELETE
    @Path("users/{id}/sessions")
    public Response signOutOfAll(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        return account(acts.signOut(calls.actor(security, request), Callers.user(id), Callers.reason(reason)));
    }

    /** One that has ended, or is not there, is so already. */
    @DELETE
    @Path("users/{id}/sessions/{session}")
    public Response signOut(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @PathParam("session") String session,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        Actor by = calls.actor(security, request);
        if (!Ids.isId(session)) {
            throw new Refused(new Refusal.NotFound("no such sign-in"));
        }
        return account(acts.signOut(by, Callers.user(id), new SignInId(session), Callers.reason(reason)));
    }

    /** The newest first, those of reports too. */
    @GET
    @Path("users/{id}/warnings")
    public Response warnings(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        staff.reader(security, request);
        int rows = Math.toIntExact(Callers.number("limit", limit, PAGE, 1, PAGE));
        ObjectNode body = Json.object();
        body.set("warnings", RoomJson.array(warnings.of(there(id), rows), AccountResource::json));
        return Problems.json(200, body);
    }

    /** {@code {cid, text, reason?}}: the person reads {@code text}, staff the reason. */
    @POST
    @Path("users/{id}/warnings")
    public Response warn(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Actor by = calls.actor(security, request);
        Fields fields = json.fields(body);
        String text = fields.text("text", RoomRules.MAX_REASON_CHARS);
        Outcome<Warnings.Told> outcome =
                warnings.warn(by, Callers.user(id), text, Callers.why(fields), Callers.cid(key, fields));
        boolean again = outcome instanceof Outcome.Done<Warnings.Told>(Warnings.Told told) && told.duplicate();
        return SessionResource.answer(outcome, again ? 200 : 201, AccountResource::json);
    }

    /** Until they have seen it. */
    @DELETE
    @Path("users/{id}/warnings/{warning}")
    public Response takeWarningBack(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @PathParam("warning") String warning,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        Actor by = calls.actor(security, request);
        return SessionResource.answer(
                warnings.takeBack(by, Callers.user(id), warning, Callers.reason(reason)), 200, AccountResource::json);
    }

    private UserId there(String id) {
        return accounts.find(Callers.user(id))
                .orElseThrow(() -> new Refused(new Refusal.NotFound("there is no such user")))
                .id();
    }

    private static ObjectNode json(Warnings.Told told) {
        return Json.object().put("warning", told.id()).put("dup", told.duplicate());
    }

    private static ObjectNode json(Notice notice) {
        return Json.object()
                .put("warning", notice.id())
                .put("text", notice.text())
                .put("at", ServerFrames.time(notice.at()))
                .put("over", notice.seen());
    }

    private Response account(Outcome<AccountActs.Done> outcome) {
        return SessionResource.answer(outcome, 200, done -> IdentityJson.whole(done.account(), clock.instant()));
    }
}
