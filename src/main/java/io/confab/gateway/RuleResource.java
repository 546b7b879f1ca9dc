package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Actor;
import io.confab.identity.ConsoleSignIns;
import io.confab.identity.Outcome;
import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.room.RoomRules;
import io.confab.rule.DryRun;
import io.confab.rule.DryRuns;
import io.confab.rule.RuleHits;
import io.confab.rule.RuleMode;
import io.confab.rule.RuleRow;
import io.confab.rule.Rules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /rules}: what staff see of rules and what admins do with them, as the console does it. */
@Path("/rules")
public class RuleResource {
    private static final int PAGE = 50;
    private static final Refusal NO_SUCH_RULE = new Refusal.NotFound("there is no such rule");

    private final Rules rules;
    private final DryRuns dryRuns;
    private final RuleHits hits;
    private final ConsoleSignIns signIns;
    private final CountedCalls calls;
    private final JsonBody json;

    @Inject
    public RuleResource(
            Rules rules, DryRuns dryRuns, RuleHits hits, ConsoleSignIns signIns, CountedCalls calls, JsonBody json) {
        this.rules = rules;
        this.dryRuns = dryRuns;
        this.hits = hits;
        this.signIns = signIns;
        this.calls = calls;
        this.json = json;
    }

    @GET
    public Response list(@Context SecurityContext security) {
        mayRead(security);
        ObjectNode body = Json.object();
        body.set("rules", RoomJson.array(rules.list(), RuleJson::rule));
        return Problems.json(200, body);
    }

    /** With its last dry run, and what that warns of. */
    @GET
    @Path("{id}")
    public Response one(@Context SecurityContext security, @PathParam("id") String id) {
        mayRead(security);
        return answer(known(id), 200);
    }

    /** {@code {rule, why?}}, with an idempotency key. */
    @POST
    public Response create(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Actor by = calls.actor(security, request);
        Fields fields = json.fields(body);
        return answer(rules.create(by, fields.object("rule").raw(), Callers.cid(key, fields), why(fields)), 201);
    }

    /** {@code {rule, text}}; changes nothing. */
    @POST
    @Path("trial")
    public Response tryOut(@Context SecurityContext security, @Context HttpServletRequest request, InputStream body)
            throws BadField {
        Actor by = calls.actor(security, request);
        Fields fields = json.fields(body);
        return SessionResource.answer(
                rules.tryOut(by, fields.object("rule").raw(), fields.text("text", Rules.MAX_TRIED_CHARS)),
                200,
                RuleJson::tried);
    }

    /** {@code {rule, revision, why?}}. */
    @PUT
    @Path("{id}")
    public Response change(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            InputStream body)
            throws BadField {
        Actor by = calls.actor(security, request);
        Fields fields = json.fields(body);
        return answer(
                rules.change(by, grounds(id, fields), fields.object("rule").raw()), 200);
    }

    /** {@code {mode, revision, sure?, why?}}. */
    @PUT
    @Path("{id}/mode")
    public Response turn(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            InputStream body)
            throws BadField {
        Actor by = calls.actor(security, request);
        Fields fields = json.fields(body);
        boolean sure = fields.has("sure") && fields.flag("sure");
        return answer(rules.turn(by, grounds(id, fields), fields.word("mode", RuleMode.class), sure), 200);
    }

    @DELETE
    @Path("{id}")
    public Response delete(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("revision") @Nullable String revision,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        Actor by = calls.actor(security, request);
        long read = Callers.number("revision", revision, 0, 0, Long.MAX_VALUE);
        String why = Callers.reason(reason);
        var grounds = new Rules.Grounds(id(id), read, why == null ? "" : why);
        return SessionResource.answer(rules.delete(by, grounds), 200, RuleJson::rule);
    }

    /** Begins one; {@code GET} says how far it is. */
    @POST
    @Path("{id}/dry-run")
    public Response run(
            @Context SecurityContext security, @Context HttpServletRequest request, @PathParam("id") String id) {
        Actor by = calls.actor(security, request);
        return SessionResource.answer(dryRuns.start(by, id(id)), 202, RuleJson::dryRun);
    }

    @GET
    @Path("{id}/dry-run")
    public Response dryRun(@Context SecurityContext security, @PathParam("id") String id) {
        mayRead(security);
        return dryRuns.last(id(id))
                .map(run -> Problems.json(200, RuleJson.dryRun(run)))
                .orElseGet(() -> Problems.of(new Refusal.NotFound("this rule was never run dry")));
    }

    /** Newest first; {@code before} is the id of the last one that is known. */
    @GET
    @Path("{id}/hits")
    public Response hits(
            @Context SecurityContext security,
            @PathParam("id") String id,
            @QueryParam("before") @Nullable String before,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        mayRead(security);
        int rows = Math.toIntExact(Callers.number("limit", limit, PAGE, 1, PAGE));
        ObjectNode body = Json.object();
        body.set("hits", RoomJson.array(hits.page(id(id), before == null ? "" : id(before), rows), RuleJson::hit));
        return Problems.json(200, body);
    }

    private Response answer(Outcome<RuleRow> outcome, int status) {
        return SessionResource.answer(outcome, status, rule -> {
            ObjectNode json = RuleJson.rule(rule);
            Optional<DryRun> run = dryRuns.last(rule.id());
            if (run.isPresent()) {
                json.set("dry_run", RuleJson.dryRun(run.get()));
                var warnings = json.putArray("warnings");
                rules.warnings(rule, run.get()).forEach(warnings::add);
            }
            return json;
        });
    }

    private Outcome<RuleRow> known(String id) {
        return rules.find(id(id)).map(Outcome::done).orElseGet(() -> Outcome.refused(NO_SUCH_RULE));
    }

    private static Rules.Grounds grounds(String id, Fields fields) throws BadField {
        return new Rules.Grounds(id(id), fields.whole("revision", 1, Long.MAX_VALUE), why(fields));
    }

    private static String why(Fields fields) throws BadField {
        return fields.optionalText("why", RoomRules.MAX_REASON_CHARS).orElse("");
    }

    /** Anybody of staff, with all that is asked of them. @throws Refused for others, and when they did too much just now */
    private void mayRead(SecurityContext security) {
        Caller caller = calls.caller(security);
        if (signIns.find(caller.user(), caller.signIn()).isEmpty()) {
            throw new Refused(new Refusal.Forbidden("only staff may do this"));
        }
    }

    private static String id(String segment) {
        if (!Ids.isId(segment)) {
            throw new Refused(NO_SUCH_RULE);
        }
        return segment;
    }
}
