package io.confab.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Outcome;
import io.confab.job.Task;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffMember;
import io.confab.report.CaseList;
import io.confab.report.CaseRow;
import io.confab.report.Claims;
import io.confab.report.Decisions;
import io.confab.report.Remedy;
import io.confab.report.Verdict;
import io.confab.report.Wish;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
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
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /cases}: what was reported, and what staff, and moderators of the room, decide, as the console does it. */
@Path("/cases")
public class CaseResource {
    private static final int PAGE = 50;
    private static final int MAX_OFFSET = 10_000;
    private static final int MAX_ID = 40;

    private final CaseList cases;
    private final Claims claims;
    private final Decisions decisions;
    private final StaffCalls staff;
    private final JsonBody json;

    @Inject
    public CaseResource(CaseList cases, Claims claims, Decisions decisions, StaffCalls staff, JsonBody json) {
        this.cases = cases;
        this.claims = claims;
        this.decisions = decisions;
        this.staff = staff;
        this.json = json;
    }

    /** In the order in which they are to be looked at; closed ones newest first. */
    @GET
    public Response page(
            @Context SecurityContext security,
            @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("offset") @Nullable String offset)
            throws BadField {
        StaffMember reader = staff.caseReader(security);
        int rows = Math.toIntExact(Callers.number("limit", limit, PAGE, 1, PAGE));
        int from = Math.toIntExact(Callers.number("offset", offset, 0, 0, MAX_OFFSET));
        var asked = Fields.of(Json.object().put("state", state == null ? "open" : state), "");
        var page = cases.page(asked.word("state", CaseRow.State.class), reader.reach(), from, rows);
        ObjectNode body = Json.object();
        body.set("cases", RoomJson.array(page.rows(), row -> CaseJson.within(reader, CaseJson.row(row))));
        return Problems.json(200, body.put("total", page.total()));
    }

    @GET
    @Path("{id}")
    public Response one(@Context SecurityContext security, @PathParam("id") String id) {
        StaffMember reader = staff.caseReader(security);
        return cases.find(id(id), reader)
                .map(whole -> Problems.json(200, CaseJson.within(reader, CaseJson.whole(whole))))
                .orElseGet(() -> Problems.of(new Refusal.NotFound("there is no such case")));
    }

    /** {@code {over?}}: says that the caller looks at it; answers who does. */
    @PUT
    @Path("{id}/claim")
    public Response claim(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            InputStream body)
            throws BadField {
        StaffMember by = staff.caseModerator(security, request);
        Fields fields = json.fields(body);
        boolean over = fields.has("over") && fields.flag("over");
        return claims.take(by, id(id), over)
                .map(claim -> Problems.json(200, CaseJson.claim(claim)))
                .orElseGet(() -> Problems.of(new Refusal.NotFound("there is no such open case")));
    }

    /** What can be decided together with it. */
    @GET
    @Path("{id}/alike")
    public Response alike(@Context SecurityContext security, @PathParam("id") String id) {
        StaffMember reader = staff.caseReader(security);
        return cases.row(id(id), reader.reach())
                .map(row -> {
                    ObjectNode body = Json.object();
                    body.set(
                            "cases",
                            RoomJson.array(
                                    cases.alike(row.about(), reader.reach()),
                                    alike -> CaseJson.within(reader, CaseJson.alike(alike))));
                    return Problems.json(200, body);
                })
                .orElseGet(() -> Problems.of(new Refusal.NotFound("there is no such case")));
    }

    /** {@code {verdict, version, acts?, reason?, note?, also?}}, with an idempotency key. */
    @POST
    @Path("{id}/decisions")
    public Response decide(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        StaffMember by = staff.caseModerator(security, request);
        Fields fields = json.fields(body);
        String cid = Callers.cid(key, fields);
        Verdict verdict = fields.word("verdict", Verdict.class);
        String note = fields.optionalText("note", Wish.MAX_NOTE_CHARS).orElse("");
        if (verdict == Verdict.UNDO) {
            throw new BadField(new Refusal.BadRequest("a decision is taken back by its own path"));
        }
        if (verdict == Verdict.NOTE) {
            return answer(decisions.note(by, id(id), note, cid));
        }
        var wish = new Wish(
                id(id),
                fields.whole("version", 1, Long.MAX_VALUE),
                verdict,
                acts(fields),
                fields.optionalText("reason", RoomRules.MAX_REASON_CHARS).orElse(""),
                note,
                cid);
        Outcome<Decisions.Together> outcome = decisions.decide(by, wish, others(fields));
        return SessionResource.answer(outcome, status(outcome.map(Decisions.Together::first)), CaseJson::together);
    }

    /** {@code {version}}, with an idempotency key. */
    @POST
    @Path("decisions/{decision}/undo")
    public Response undo(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("decision") String decision,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        StaffMember by = staff.caseModerator(security, request);
        Fields fields = json.fields(body);
        return answer(
                decisions.undo(by, id(decision), fields.whole("version", 1, Long.MAX_VALUE), Callers.cid(key, fields)));
    }

    /** Does what is still pending of it. */
    @POST
    @Path("decisions/{decision}/finish")
    public Response finish(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("decision") String decision) {
        return answer(decisions.finish(staff.caseModerator(security, request), id(decision)));
    }

    private static List<Wish.Asked> acts(Fields fields) throws BadField {
        var acts = new ArrayList<Wish.Asked>();
        if (!fields.has("acts")) {
            return acts;
        }
        JsonNode array = fields.node("acts");
        if (!array.isArray() || array.size() > Remedy.values().length) {
            throw new BadField(new Refusal.BadRequest("'acts' must be a short array of objects"));
        }
        for (JsonNode each : array) {
            if (!(each instanceof ObjectNode object)) {
                throw new BadField(new Refusal.BadRequest("'acts' must be a short array of objects"));
            }
            Fields act = Fields.of(object, "acts.");
            acts.add(new Wish.Asked(
                    act.word("act", Remedy.class),
                    act.optionalInstant("until")
                            .map(until -> until.truncatedTo(ChronoUnit.MILLIS))
                            .orElse(null),
                    act.optionalWhole("back_ms", 1, Task.Deletion.MOST_BACK.toMillis())
                            .map(Duration::ofMillis)
                            .orElse(null)));
        }
        return acts;
    }

    private static List<Decisions.Other> others(Fields fields) throws BadField {
        var others = new ArrayList<Decisions.Other>();
        if (!fields.has("also")) {
            return others;
        }
        JsonNode array = fields.node("also");
        if (!array.isArray() || array.size() > Decisions.MOST_TOGETHER) {
            throw new BadField(new Refusal.BadRequest(
                    "'also' must be an array of at most " + Decisions.MOST_TOGETHER + " objects"));
        }
        for (JsonNode each : array) {
            if (!(each instanceof ObjectNode object)) {
                throw new BadField(new Refusal.BadRequest("'also' must be an array of objects"));
            }
            Fields other = Fields.of(object, "also.");
            others.add(new Decisions.Other(id(other.text("case", MAX_ID)), other.whole("version", 1, Long.MAX_VALUE)));
        }
        return others;
    }

    private static int status(Outcome<Decisions.Made> outcome) {
        return outcome instanceof Outcome.Done<Decisions.Made>(Decisions.Made made) && !made.duplicate() ? 201 : 200;
    }

    private static Response answer(Outcome<Decisions.Made> outcome) {
        return SessionResource.answer(outcome, status(outcome), CaseJson::made);
    }

    private static String id(String segment) {
        if (!Ids.isId(segment)) {
            throw new Refused(new Refusal.NotFound("there is no such case or decision"));
        }
        return segment;
    }
}
