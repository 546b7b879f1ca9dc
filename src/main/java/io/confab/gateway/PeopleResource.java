package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.audit.SanctionHistory;
import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.PersonNotes;
import io.confab.moderation.SanctionList;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What staff know of people: notes about them, and who is or was muted, banned or suspended. */
@Path("/")
public class PeopleResource {
    private static final int PAGE = 50;
    private static final Instant FAR = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final PersonNotes notes;
    private final SanctionList sanctions;
    private final StaffDoor door;
    private final CountedCalls calls;
    private final JsonBody json;

    @Inject
    public PeopleResource(
            PersonNotes notes, SanctionList sanctions, StaffDoor door, CountedCalls calls, JsonBody json) {
        this.notes = notes;
        this.sanctions = sanctions;
        this.door = door;
        this.calls = calls;
        this.json = json;
    }

    /** Newest first. */
    @GET
    @Path("users/{id}/notes")
    public Response notes(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("before") @Nullable String before,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        StaffMember reader = reader(security, request);
        UserId about = about(reader.user(), id);
        Instant moment = Callers.moment("before", before);
        int rows = Math.toIntExact(Callers.number("limit", limit, PAGE, 1, PAGE));
        ObjectNode body = Json.object();
        body.set(
                "notes",
                RoomJson.array(notes.before(about, moment == null ? FAR : moment, rows), PeopleResource::json));
        return Problems.json(200, body);
    }

    /** {@code {text}}, with an idempotency key. */
    @POST
    @Path("users/{id}/notes")
    public Response write(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Actor by = calls.actor(security, request);
        Fields fields = json.fields(body);
        Outcome<PersonNotes.Written> outcome = notes.write(
                by, about(by.user(), id), fields.text("text", PersonNotes.MAX_CHARS * 2), Callers.cid(key, fields));
        boolean again =
                outcome instanceof Outcome.Done<PersonNotes.Written>(PersonNotes.Written made) && made.duplicate();
        return SessionResource.answer(
                outcome, again ? 200 : 201, written -> json(written.note()).put("dup", written.duplicate()));
    }

    /** What staff say of somebody is not for them to read or write. */
    private static UserId about(UserId reader, String id) {
        UserId about = Callers.user(id);
        if (about.equals(reader)) {
            throw new Refused(new Refusal.Forbidden("notes about oneself are for others"));
        }
        return about;
    }

    private static ObjectNode json(PersonNotes.Note note) {
        return Json.object()
                .put("note", note.id())
                .put("user", note.about().value())
                .put("by", note.by().value())
                .put("at", ServerFrames.time(note.at()))
                .put("text", note.text());
    }

    /** Those that run, what ends next first; or those that are over, what ended last first. */
    @GET
    @Path("sanctions")
    public Response sanctions(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @QueryParam("state") @Nullable String state,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("user") @Nullable String user,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        reader(security, request);
        var asked = Fields.of(
                Json.object().put("state", state == null ? "active" : state).put("kind", kind == null ? "mute" : kind),
                "");
        var query = new SanctionList.Query(
                asked.word("state", State.class) == State.OVER,
                kind == null ? null : asked.word("kind", SanctionHistory.Kind.class),
                user == null ? null : Callers.user(user));
        int rows = Math.toIntExact(Callers.number("limit", limit, PAGE, 1, PAGE));
        SanctionList.Page page = sanctions.page(query, after == null ? "" : after, rows);
        ObjectNode body = Json.object();
        body.set("sanctions", RoomJson.array(page.rows(), PeopleResource::json));
        return Problems.json(200, page.next().isEmpty() ? body : body.put("next", page.next()));
    }

    private enum State {
        ACTIVE,
        OVER
    }

    private static ObjectNode json(SanctionList.Row row) {
        ObjectNode json = Json.object()
                .put("kind", row.kind().word())
                .put("user", row.user().value());
        if (!row.room().isEmpty()) {
            json.put("room", row.room());
        }
        if (row.by() != null) {
            json.put("by", row.by().value());
        }
        if (row.isKnown()) {
            json.put("at", ServerFrames.time(row.at()));
        }
        boolean open = row.overAt().equals(SanctionHistory.UNTIL_LIFTED);
        json.put(row.end() == null ? "until" : "ended_at", open ? "forever" : ServerFrames.time(row.overAt()));
        put(json, "reason", row.why());
        if (row.end() != null) {
            json.put("end", row.end().name().toLowerCase(Locale.ROOT));
        }
        put(json, "ended_by", row.endedBy() == null ? null : row.endedBy().value());
        put(json, "end_reason", row.endedWhy());
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable String text) {
        if (text != null) {
            json.put(name, text);
        }
    }

    private StaffMember reader(SecurityContext security, HttpServletRequest request) {
        Actor actor = calls.actor(security, request);
        return door.admit(actor.user(), actor.signIn(), actor.address())
                .orElseThrow(() -> new Refused(new Refusal.Forbidden("only staff may do this")));
    }
}
