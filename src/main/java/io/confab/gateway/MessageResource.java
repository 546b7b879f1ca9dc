package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.directory.History;
import io.confab.directory.Page;
import io.confab.directory.ReadRight;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.moderation.StaffMember;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomRules;
import io.confab.room.RoomState;
import io.confab.wire.BadField;
import io.confab.wire.CommandForms;
import io.confab.wire.Fields;
import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A room's log and messages: read them, send, edit, delete. The same rules and answers as the socket. */
@Path("/rooms/{room}")
public class MessageResource {
    private final ReadRight right;
    private final History history;
    private final EventPages events;
    private final Commands commands;
    private final Answers answers;
    private final CommandForms forms;
    private final int pageSize;
    private final int fetchEvents;
    private final JsonBody json;
    private final StaffCalls staff;
    private final StaffReading reading;

    @Inject
    public MessageResource(
            ReadRight right,
            StaffCalls staff,
            StaffReading reading,
            History history,
            EventPages events,
            Commands commands,
            Answers answers,
            JsonBody json,
            RoomRules rules,
            GatewaySettings gateway,
            WireLimits wire) {
        this.json = json;
        this.staff = staff;
        this.reading = reading;
        this.right = right;
        this.history = history;
        this.events = events;
        this.commands = commands;
        this.answers = answers;
        this.forms = new CommandForms(rules);
        this.pageSize = gateway.pageSize();
        this.fetchEvents = wire.fetchEvents();
    }

    @GET
    @Path("events")
    public Response events(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        long from = Callers.number("after", after, 0, 0, WireLimits.MAX_SEQ);
        int rows = Math.toIntExact(Callers.number("limit", limit, fetchEvents, 1, fetchEvents));
        return switch (events.page(Callers.of(security).user(), Callers.room(room), from, rows)) {
            case EventPages.Result.Refused no -> Problems.of(no.refusal());
            case EventPages.Result.Events found ->
                Response.ok(found.json(), MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                        .header("Cache-Control", "no-store")
                        .build();
        };
    }

    /** Where a page of messages is. */
    public static final class Where {
        @QueryParam("before")
        @Nullable
        String before;

        @QueryParam("after")
        @Nullable
        String after;

        @QueryParam("around")
        @Nullable
        String around;

        @QueryParam("limit")
        @Nullable
        String limit;
    }

    /** @param reason of staff who read what they are no members of; null: as a member */
    @GET
    @Path("messages")
    public Response messages(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("room") String room,
            @QueryParam("reason") @Nullable String reason,
            @BeanParam Where where)
            throws BadField {
        int rows = Math.toIntExact(Callers.number("limit", where.limit, pageSize, 1, pageSize));
        RoomId id = Callers.room(room);
        if (reason != null) {
            StaffMember reader = staff.reader(security, request);
            RoomState state = right.ofStaff(reader.user(), id).orElseThrow(() -> new Refused(ReadRight.noSuchRoom()));
            Page<History.Message> page = pageOf(state, rows, where);
            reading.open(reader, id, Callers.reason(reason)); // nothing is told before its line stands
            return page(state, page);
        }
        return switch (right.of(Callers.of(security).user(), id)) {
            case ReadRight.Answer.MayNot no -> Problems.of(no.refusal());
            case ReadRight.Answer.May may -> {
                RoomState state = may.access().state();
                yield page(state, pageOf(state, rows, where));
            }
        };
    }

    private Page<History.Message> pageOf(RoomState state, int rows, Where where) throws BadField {
        if (where.around != null) {
            return history.around(
                    state.room(), Callers.number("around", where.around, 0, 1, WireLimits.MAX_SEQ), state.head(), rows);
        }
        if (where.after != null) {
            return history.after(
                    state.room(), Callers.number("after", where.after, 0, 0, WireLimits.MAX_SEQ), state.head(), rows);
        }
        return history.before(
                state.room(),
                Callers.number("before", where.before, WireLimits.MAX_SEQ, 1, WireLimits.MAX_SEQ),
                state.head(),
                rows);
    }

    private static Response page(RoomState state, Page<History.Message> page) {
        ObjectNode body = Json.object().put("ep", state.epoch()).put("head", state.head());
        body.set("messages", RoomJson.array(page.rows(), RoomJson::message));
        return Problems.json(200, body.put("more", page.more()));
    }

    @POST
    @Path("messages")
    public CompletionStage<Response> send(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        String cid = Callers.cid(key, fields);
        return answers.of(
                commands.submit(Callers.of(security), Callers.room(room), forms.command("msg.send", fields), cid), 201);
    }

    @PATCH
    @Path("messages/{seq}")
    public CompletionStage<Response> edit(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("seq") String seq,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        fields.raw().put("seq", Callers.message(seq));
        return answers.of(
                commands.submit(
                        Callers.of(security),
                        Callers.room(room),
                        forms.command("msg.edit", fields),
                        Callers.optionalCid(key, fields)),
                200);
    }

    @DELETE
    @Path("messages/{seq}")
    public CompletionStage<Response> delete(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("seq") String seq,
            @QueryParam("reason") @Nullable String reason,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws BadField {
        return answers.of(
                commands.submit(
                        Callers.of(security),
                        Callers.room(room),
                        new DeleteMessage(Callers.message(seq), Callers.reason(reason)),
                        Callers.optionalCid(key, Fields.of(Json.object(), ""))),
                200);
    }
}
