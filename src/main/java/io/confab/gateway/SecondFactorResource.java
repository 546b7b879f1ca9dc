package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.AccountActs;
import io.confab.identity.FactorRule;
import io.confab.identity.Outcome;
import io.confab.identity.SecondFactors;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One's own second factor; somebody else's, and of whom one is asked (admins). */
@Path("/")
public class SecondFactorResource {
    private final SecondFactors factors;
    private final AccountActs acts;
    private final CountedCalls calls;
    private final JsonBody json;
    private final Clock clock;

    @Inject
    public SecondFactorResource(
            SecondFactors factors, AccountActs acts, CountedCalls calls, JsonBody json, Clock clock) {
        this.factors = factors;
        this.acts = acts;
        this.calls = calls;
        this.json = json;
        this.clock = clock;
    }

    @GET
    @Path("second-factor")
    public Response state(@Context SecurityContext security) {
        SecondFactors.State state = factors.state(calls.caller(security).user());
        ObjectNode body = Json.object()
                .put("in_force", state.isInForce())
                .put("asked", state.asked())
                .put("recovery_codes", state.recoveryCodes());
        if (state.since() != null) {
            body.put("since", ServerFrames.time(state.since()));
        }
        return Problems.json(200, body);
    }

    /** {@code {password}}; the secret is told this once. */
    @POST
    @Path("second-factor")
    public Response begin(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        var owner = calls.actor(security, request);
        String password = json.fields(body).text("password", SessionResource.MAX_SECRET);
        return SessionResource.answer(
                factors.begin(owner, password),
                201,
                setup -> Json.object().put("secret", setup.secret()).put("uri", setup.address()));
    }

    /** {@code {otp}}; ends the person's other sign-ins. The recovery codes are told this once. */
    @POST
    @Path("second-factor/confirmation")
    public Response confirm(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        var owner = calls.actor(security, request);
        String otp = json.fields(body).text("otp", SessionResource.MAX_CODE);
        return SessionResource.answer(factors.confirm(owner, otp), 200, SecondFactorResource::codes);
    }

    private static ObjectNode codes(List<String> codes) {
        ObjectNode body = Json.object();
        codes.forEach(body.putArray("recovery_codes")::add);
        return body;
    }

    /** {@code {password, otp}}. They are told this once; the old ones are good no more. */
    @POST
    @Path("second-factor/recovery-codes")
    public Response renewCodes(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        var owner = calls.actor(security, request);
        Fields fields = json.fields(body);
        String password = fields.text("password", SessionResource.MAX_SECRET);
        return SessionResource.answer(
                factors.renewCodes(owner, password, fields.text("otp", SessionResource.MAX_CODE)),
                200,
                SecondFactorResource::codes);
    }

    /** {@code {password, otp}}. */
    @POST
    @Path("second-factor/removal")
    public Response remove(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        var owner = calls.actor(security, request);
        Fields fields = json.fields(body);
        String password = fields.text("password", SessionResource.MAX_SECRET);
        return switch (factors.remove(owner, password, fields.text("otp", SessionResource.MAX_CODE))) {
            case Outcome.Done<UserId> ignored -> Response.noContent().build();
            case Outcome.Refused<UserId>(Refusal refusal) -> Problems.of(refusal);
        };
    }

    /** Of somebody who has lost it; admins only. */
    @DELETE
    @Path("users/{id}/second-factor")
    public Response removeFrom(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        var outcome = acts.removeFactor(calls.actor(security, request), Callers.user(id), Callers.reason(reason));
        return SessionResource.answer(outcome, 200, done -> IdentityJson.whole(done.account(), clock.instant()));
    }

    @GET
    @Path("policies/second-factor")
    public Response rule(@Context SecurityContext security) {
        calls.caller(security);
        return Problems.json(200, asked(factors.rule()));
    }

    /** {@code {asked_of, reason?}}; only an admin who has a factor. */
    @PUT
    @Path("policies/second-factor")
    public Response require(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        var actor = calls.actor(security, request);
        Fields fields = json.fields(body);
        FactorRule rule = rule(fields.text("asked_of", SessionResource.MAX_CODE));
        String reason =
                fields.optionalText("reason", RoomRules.MAX_REASON_CHARS).orElse(null);
        return SessionResource.answer(factors.require(actor, rule, reason), 200, changed -> asked(rule));
    }

    private static FactorRule rule(String word) throws BadField {
        return Arrays.stream(FactorRule.values())
                .filter(rule -> rule.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new BadField(new Refusal.BadRequest("'asked_of' must be nobody, admins or staff")));
    }

    private static ObjectNode asked(FactorRule rule) {
        return Json.object().put("asked_of", rule.word());
    }
}
