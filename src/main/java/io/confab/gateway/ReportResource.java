package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.report.ReportType;
import io.confab.report.Reports;
import io.confab.report.Target;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import io.confab.wire.ServerFrames;
import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /reports}: a person says what is wrong, and sees what became of it. */
@Path("/reports")
public class ReportResource {
    private static final int PAGE = 50;

    private final Reports reports;
    private final CountedCalls calls;
    private final JsonBody json;

    @Inject
    public ReportResource(Reports reports, CountedCalls calls, JsonBody json) {
        this.reports = reports;
        this.calls = calls;
        this.json = json;
    }

    /** {@code {room, seq} or {user}, type, text?}; 201, or 200 with the first report when it had been made. */
    @POST
    public Response file(@Context SecurityContext security, InputStream body) throws BadField {
        Caller caller = calls.caller(security);
        Fields fields = json.fields(body);
        var complaint = new Reports.Complaint(
                fields.word("type", ReportType.class),
                fields.optionalText("text", Reports.MAX_TEXT_CHARS).orElse(""));
        if (fields.has("room") == fields.has("user")) {
            throw new BadField(new Refusal.BadRequest("name a message by 'room' and 'seq', or a person by 'user'"));
        }
        var outcome = fields.has("user")
                ? reports.person(caller.user(), fields.user("user"), complaint)
                : reports.message(
                        caller.user(), fields.room("room"), fields.whole("seq", 1, WireLimits.MAX_SEQ), complaint);
        int status = outcome instanceof io.confab.identity.Outcome.Done<Reports.Filed>(Reports.Filed filed)
                        && filed.duplicate()
                ? 200
                : 201;
        return SessionResource.answer(
                outcome, status, filed -> json(filed.report()).put("dup", filed.duplicate()));
    }

    /** The caller's own, newest first. */
    @GET
    public Response mine(
            @Context SecurityContext security,
            @QueryParam("before") @DefaultValue("") String before,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        int rows = Math.toIntExact(Callers.number("limit", limit, PAGE, 1, PAGE));
        if (!before.isEmpty() && !Ids.isId(before)) {
            throw new BadField(new Refusal.BadRequest("'before' must be the id of a report"));
        }
        List<Reports.Mine> found = reports.mine(Callers.of(security).user(), before, rows + 1);
        ObjectNode body = Json.object();
        body.set("reports", RoomJson.array(found.stream().limit(rows).toList(), ReportResource::json));
        return Problems.json(200, body.put("more", found.size() > rows));
    }

    private static ObjectNode json(Reports.Mine report) {
        ObjectNode json = Json.object().put("report", report.id());
        switch (report.target()) {
            case Target.Message message ->
                json.put("room", message.room().value()).put("seq", message.seq());
            case Target.Person person -> json.put("user", person.user().value());
        }
        json.put("type", report.type().word())
                .put("text", report.text())
                .put("at", ServerFrames.time(report.at()))
                .put("outcome", report.outcome().word());
        if (report.decidedAt() != null) {
            json.put("decided_at", ServerFrames.time(report.decidedAt()));
        }
        return json;
    }
}
