package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.audit.AuditExport;
import io.confab.audit.AuditTexts;
import io.confab.audit.AuditTrail;
import io.confab.audit.AuditVerification;
import io.confab.audit.AuditVerification.KeptHead;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.Oversight;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import io.confab.wire.BadField;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /audit}: the audit trail for auditors and admins, to take away and to verify. */
@Path("/audit")
public class AuditResource {
    private static final int USUAL_PAGE = 500;

    private final Oversight oversight;
    private final StaffDoor door;
    private final CountedCalls calls;

    @Inject
    public AuditResource(Oversight oversight, StaffDoor door, CountedCalls calls) {
        this.oversight = oversight;
        this.door = door;
        this.calls = calls;
    }

    /** Sealed lines in the order of the chain, behind {@code after}. */
    @GET
    public Response lines(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("act") @Nullable String act,
            @QueryParam("target") @Nullable String target,
            @QueryParam("from") @Nullable String from,
            @QueryParam("until") @Nullable String until,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        Outcome<StaffMember> member = Callers.overseer(door, calls.actor(security, request));
        var filter = new AuditTrail.Filter(
                actor(actor), act, target, Callers.moment("from", from), Callers.moment("until", until));
        long behind = Callers.number("after", after, 0, 0, Long.MAX_VALUE);
        int most = Math.toIntExact(Callers.number("limit", limit, USUAL_PAGE, 1, AuditExport.MAX_PAGE));
        return SessionResource.answer(
                member.then(by -> oversight.lines(by, filter, behind, most)), 200, AuditResource::json);
    }

    private static @Nullable UserId actor(@Nullable String id) throws BadField {
        if (id != null && !Ids.isId(id)) {
            throw new BadField(new Refusal.BadRequest("'actor' must be the id of a person"));
        }
        return id == null ? null : new UserId(id);
    }

    private static ObjectNode json(AuditExport.Page page) {
        ObjectNode json = Json.object();
        json.set("lines", RoomJson.array(page.lines(), AuditTexts::json));
        return json.put("next", page.next()).put("more", page.more());
    }

    /** Whether each line is as it was sealed. */
    @GET
    @Path("/verification")
    public Response verify(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @QueryParam("after") @Nullable String after,
            @QueryParam("head") @Nullable String head)
            throws BadField {
        Outcome<StaffMember> member = Callers.overseer(door, calls.actor(security, request));
        long behind = Callers.number("after", after, 0, 0, Long.MAX_VALUE);
        @Nullable KeptHead kept = head == null ? null : kept(head);
        return SessionResource.answer(member.then(by -> oversight.verify(by, behind, kept)), 200, AuditResource::json);
    }

    private static KeptHead kept(String head) throws BadField {
        return KeptHead.of(head)
                .orElseThrow(() -> new BadField(new Refusal.BadRequest(
                        "'head' must be a number and a hash of 64 hexadecimal digits: number:hash")));
    }

    private static ObjectNode json(AuditVerification.Found found) {
        ObjectNode json = Json.object()
                .put("from", found.from())
                .put("to", found.to())
                .put("whole", found.whole())
                .put("unsealed", found.open());
        var wrong = found.wrong();
        if (wrong != null) {
            json.putObject("wrong")
                    .put("line", wrong.line())
                    .put("fault", wrong.fault().name().toLowerCase(Locale.ROOT));
        }
        return json;
    }
}
