package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffMember;
import io.confab.report.ReasonTemplate;
import io.confab.report.ReasonTemplates;
import io.confab.report.ReportType;
import io.confab.report.Wish;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** {@code /reason-templates}: the ready reasons, which staff read and admins edit. */
@Path("/reason-templates")
public class TemplateResource {
    private static final int MAX_VERSION_CHARS = 64;

    private final ReasonTemplates templates;
    private final StaffCalls staff;
    private final JsonBody json;

    @Inject
    public TemplateResource(ReasonTemplates templates, StaffCalls staff, JsonBody json) {
        this.templates = templates;
        this.staff = staff;
        this.json = json;
    }

    @GET
    public Response all(@Context SecurityContext security) {
        staff.reader(security);
        ObjectNode body = Json.object();
        body.set("templates", RoomJson.array(templates.all(), TemplateResource::json));
        return Problems.json(200, body);
    }

    /**
     * {@code {title, text, note?, type?, place?, version?}}: adds or changes the one with this id; with the version that was read,
     * empty for none, only when it is still so.
     */
    @PUT
    @Path("{id}")
    public Response put(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            InputStream body)
            throws BadField {
        StaffMember by = staff.moderator(security, request);
        Fields fields = json.fields(body);
        var template = new ReasonTemplate(
                id(id),
                fields.text("title", ReasonTemplate.MAX_TITLE_CHARS),
                fields.text("text", RoomRules.MAX_REASON_CHARS),
                fields.optionalText("note", Wish.MAX_NOTE_CHARS).orElse(""),
                fields.has("type") ? fields.word("type", ReportType.class) : null,
                fields.has("place") ? Math.toIntExact(fields.whole("place", 0, ReasonTemplate.MAX_PLACE)) : 0);
        Outcome<Boolean> outcome = fields.has("version")
                ? templates.put(by, template, fields.text("version", MAX_VERSION_CHARS))
                : templates.put(by, template);
        return SessionResource.answer(outcome, 200, changed -> json(template));
    }

    /** With the version that was read only when it is still so. */
    @DELETE
    @Path("{id}")
    public Response remove(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("version") @Nullable String version) {
        StaffMember by = staff.moderator(security, request);
        Outcome<Boolean> outcome =
                version == null ? templates.remove(by, id(id)) : templates.remove(by, id(id), version);
        return outcome instanceof Outcome.Refused<Boolean>(Refusal refusal)
                ? Problems.of(refusal)
                : Response.noContent().build();
    }

    private static String id(String segment) {
        if (!Ids.isId(segment)) {
            throw new Refused(new Refusal.NotFound("there is no such template"));
        }
        return segment;
    }

    private static ObjectNode json(ReasonTemplate template) {
        ObjectNode json = Json.object()
                .put("template", template.id())
                .put("title", template.title())
                .put("text", template.text())
                .put("note", template.note())
                .put("place", template.place())
                .put("version", template.version());
        ReportType type = template.type();
        return type == null ? json : json.put("type", type.word());
    }
}
