package io.confab.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.job.Job;
import io.confab.job.JobRoom;
import io.confab.job.Jobs;
import io.confab.job.MessageCount;
import io.confab.job.Task;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import io.confab.room.RoomRules;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /jobs}: what staff order once and the server does by and by. All of staff see them; who may order is decided with the order. */
@Path("/jobs")
public class JobResource {
    private static final int PAGE = 50;
    private static final int ROOMS = 200;

    private final Jobs jobs;
    private final MessageCount count;
    private final StaffDoor door;
    private final CountedCalls calls;
    private final JsonBody json;
    private final Clock clock;

    @Inject
    public JobResource(Jobs jobs, MessageCount count, StaffDoor door, CountedCalls calls, JsonBody json, Clock clock) {
        this.jobs = jobs;
        this.count = count;
        this.door = door;
        this.calls = calls;
        this.json = json;
        this.clock = clock;
    }

    /** Newest first; {@code before}: the id of the last one of the page before. */
    @GET
    public Response page(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @QueryParam("before") @Nullable String before) {
        staff(security, request);
        Optional<Job> last = before == null ? Optional.empty() : Optional.of(found(before));
        List<Job> page = jobs.newest(
                last.map(Job::orderedAt).orElse(clock.instant().plus(Duration.ofDays(1))),
                last.map(Job::id).orElse(""),
                PAGE + 1);
        ObjectNode body = Json.object();
        body.set("jobs", RoomJson.array(page.stream().limit(PAGE).toList(), JobResource::job));
        return Problems.json(200, body.put("more", page.size() > PAGE));
    }

    /** One, with how far it is in its rooms, by room id; {@code after}: the last one of the page before. */
    @GET
    @Path("{id}")
    public Response one(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @QueryParam("after") @Nullable String after)
            throws BadField {
        staff(security, request);
        Job job = found(id);
        List<JobRoom> rooms = jobs.rooms(id, after == null ? "" : Callers.text("after", after), ROOMS + 1);
        ObjectNode body = job(job);
        jobs.restorationOf(id).ifPresent(back -> body.put("taken_back_by", back.id()));
        body.set("in", RoomJson.array(rooms.stream().limit(ROOMS).toList(), JobResource::room));
        return Problems.json(200, body.put("more", rooms.size() > ROOMS));
    }

    /** What a deletion would take that is ordered now. */
    @GET
    @Path("deletions/preview")
    public Response preview(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @QueryParam("user") @Nullable String user,
            @QueryParam("room") @Nullable String room,
            @QueryParam("back_ms") @Nullable String back)
            throws BadField {
        if (!staff(security, request).role().moderates()) {
            throw new Refused(new Refusal.Forbidden("only a moderator may do this"));
        }
        ObjectNode asked = Json.object();
        if (user != null) {
            asked.put("user", user);
        }
        if (room != null) {
            asked.put("room", room);
        }
        asked.put("back_ms", Callers.number("back_ms", back, 0, 1, Task.Deletion.MOST_BACK.toMillis()));
        MessageCount.Found found = count.of(deletion(Fields.of(asked, "")), clock.instant());
        ObjectNode body = Json.object().put("messages", found.messages()).put("complete", found.complete());
        body.set(
                "rooms",
                RoomJson.array(
                        found.rooms(),
                        each -> Json.object()
                                .put("room", each.room().value())
                                .put("name", each.name())
                                .put("messages", each.messages())));
        return Problems.json(200, body);
    }

    /** {@code {user?, room?, back_ms, mute_ms?, reason, told?}}, with an idempotency key. */
    @POST
    @Path("deletions")
    public Response delete(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        StaffMember by = staff(security, request);
        Fields fields = json.fields(body);
        return order(by, key, fields, deletion(fields));
    }

    /** {@code {text, everywhere? or rooms, reason}}, with an idempotency key. */
    @POST
    @Path("announcements")
    public Response announce(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        StaffMember by = staff(security, request);
        Fields fields = json.fields(body);
        boolean everywhere = fields.has("everywhere") && fields.flag("everywhere");
        var task = new Task.Announcement(fields.text("text", Task.Announcement.MOST_CHARS), everywhere, rooms(fields));
        return order(by, key, fields, task);
    }

    /** {@code {reason}}: nothing more of it is begun. */
    @POST
    @Path("{id}/stop")
    public Response stop(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            InputStream body)
            throws BadField {
        StaffMember by = staff(security, request);
        String reason = reason(json.fields(body));
        return SessionResource.answer(
                jobs.stop(by, found(id).id(), reason),
                200,
                stopped -> job(stopped.job()).put("dup", stopped.duplicate()));
    }

    /** {@code {reason, told?}}, with an idempotency key: brings back what a deletion took away. */
    @POST
    @Path("{id}/restoration")
    public Response restore(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("id") String id,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        StaffMember by = staff(security, request);
        Fields fields = json.fields(body);
        return ordered(jobs.restore(by, found(id).id(), Callers.cid(key, fields), reason(fields), told(fields)));
    }

    private Response order(StaffMember by, @Nullable String key, Fields fields, Task task) throws BadField {
        return ordered(jobs.order(by, new Jobs.Order(Callers.cid(key, fields), task, reason(fields), told(fields))));
    }

    private static Response ordered(Outcome<Jobs.Ordered> outcome) {
        return SessionResource.answer(
                outcome, 202, ordered -> job(ordered.job()).put("dup", ordered.duplicate()));
    }

    private static String reason(Fields fields) throws BadField {
        return fields.text("reason", RoomRules.MAX_REASON_CHARS);
    }

    /** What the rooms are told; empty: nothing. */
    private static String told(Fields fields) throws BadField {
        return fields.optionalText("told", RoomRules.MAX_REASON_CHARS).orElse("");
    }

    private static Task.Deletion deletion(Fields fields) throws BadField {
        if (!fields.has("user") && !fields.has("room")) {
            throw new BadField(new Refusal.BadRequest("'user' or 'room' must be given"));
        }
        long back = fields.whole("back_ms", 1, Task.Deletion.MOST_BACK.toMillis());
        long mute = fields.optionalWhole("mute_ms", 0, Duration.ofDays(366).toMillis())
                .orElse(0L);
        return new Task.Deletion(
                fields.has("user") ? fields.user("user") : null,
                fields.has("room") ? fields.room("room") : null,
                Duration.ofMillis(back),
                Duration.ofMillis(mute));
    }

    private static List<RoomId> rooms(Fields fields) throws BadField {
        var rooms = new ArrayList<RoomId>();
        if (!fields.has("rooms")) {
            return rooms;
        }
        JsonNode array = fields.node("rooms");
        if (!array.isArray() || array.size() > Task.Announcement.MOST_ROOMS) {
            throw new BadField(new Refusal.BadRequest("'rooms' must be an array of ids"));
        }
        for (JsonNode each : array) {
            if (!each.isTextual() || !Ids.isId(each.textValue())) {
                throw new BadField(new Refusal.BadRequest("'rooms' must be an array of ids"));
            }
            rooms.add(new RoomId(each.textValue()));
        }
        return rooms;
    }

    /** Of staff, with all that is asked of them. @throws Refused for anybody else */
    private StaffMember staff(SecurityContext security, HttpServletRequest request) {
        Actor actor = calls.actor(security, request);
        return door.admit(actor.user(), actor.signIn(), actor.address())
                .orElseThrow(() -> new Refused(new Refusal.Forbidden("only staff may do this")));
    }

    private Job found(String id) {
        return Optional.of(id)
                .filter(Ids::isCid)
                .flatMap(jobs::find)
                .orElseThrow(() -> new Refused(new Refusal.NotFound("there is no such job")));
    }

    private static ObjectNode job(Job job) {
        ObjectNode body = Json.object()
                .put("job", job.id())
                .put("do", job.task().kind())
                .put("by", job.by().value())
                .put("reason", job.why())
                .put("ordered_at", ServerFrames.time(job.orderedAt()))
                .put("expected", job.expected())
                .put("rooms", job.progress().rooms())
                .put("waiting", job.progress().waiting())
                .put("failed_rooms", job.progress().failedRooms())
                .put("done", job.progress().done())
                .put("failed", job.progress().failed());
        Instant doneAt = job.doneAt();
        if (doneAt != null) {
            body.put("done_at", ServerFrames.time(doneAt));
        }
        Job.Stop stop = job.stop();
        if (stop != null) {
            body.put("stopped_at", ServerFrames.time(stop.at()))
                    .put("stopped_by", stop.by().value());
        }
        if (!job.told().isEmpty()) {
            body.put("told", job.told());
        }
        switch (job.task()) {
            case Task.Deletion deletion -> deletion(body, deletion);
            case Task.Restoration back -> deletion(body.put("of", back.of()), back.deletion());
            case Task.Announcement announcement ->
                body.put("text", announcement.text()).put("everywhere", announcement.everywhere());
        }
        return body;
    }

    private static void deletion(ObjectNode body, Task.Deletion deletion) {
        if (deletion.user() != null) {
            body.put("user", deletion.user().value());
        }
        if (deletion.room() != null) {
            body.put("room", deletion.room().value());
        }
        body.put("back_ms", deletion.back().toMillis())
                .put("mute_ms", deletion.mute().toMillis());
    }

    private static ObjectNode room(JobRoom each) {
        ObjectNode body = Json.object()
                .put("room", each.room().value())
                .put("name", each.name())
                .put("state", each.state().name().toLowerCase(Locale.ROOT))
                .put("done", each.done())
                .put("failed", each.failed());
        if (!each.note().isEmpty()) {
            body.put("note", each.note());
        }
        return body;
    }
}
