package io.confab.gateway;

import io.confab.directory.ReadRight;
import io.confab.directory.Rooms;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.CommandForms;
import io.confab.wire.Fields;
import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /rooms/{room}}: read, change, archive, and how far it was read. */
@Path("/rooms/{room}")
public class RoomResource {
    /** What is read over HTTP is told to all devices: the server does not know which of them it was. */
    private static final ConnectionId NO_CONNECTION = new ConnectionId("http");

    private final Rooms rooms;
    private final Commands commands;
    private final Answers answers;
    private final CommandForms forms;
    private final JsonBody json;
    private final ReadMarks marks;
    private final RateLimits limits;

    @Inject
    public RoomResource(
            Rooms rooms,
            Commands commands,
            Answers answers,
            JsonBody json,
            RoomRules rules,
            ReadMarks marks,
            RateLimits limits) {
        this.marks = marks;
        this.limits = limits;
        this.json = json;
        this.rooms = rooms;
        this.commands = commands;
        this.answers = answers;
        this.forms = new CommandForms(rules);
    }

    @GET
    public Response one(@Context SecurityContext security, @PathParam("room") String room) {
        return rooms.one(Callers.of(security).user(), Callers.room(room))
                .map(view -> Problems.json(200, RoomJson.room(view)))
                .orElseGet(() -> Problems.of(ReadRight.noSuchRoom()));
    }

    @PATCH
    public CompletionStage<Response> update(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        return submit(security, room, "room.update", key, fields, Callers.why(fields));
    }

    @DELETE
    public CompletionStage<Response> archive(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @QueryParam("reason") @Nullable String reason,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws BadField {
        return submit(security, room, "room.archive", key, Fields.of(Json.object(), ""), Callers.reason(reason));
    }

    @PUT
    @Path("read")
    public CompletionStage<Response> read(
            @Context SecurityContext security, @PathParam("room") String room, InputStream body) throws BadField {
        UserId user = Callers.of(security).user();
        Optional<Refusal> tooMuch = limits.takeRead(user);
        if (tooMuch.isPresent()) {
            throw new Refused(tooMuch.get());
        }
        long seq = json.fields(body).whole("seq", 0, WireLimits.MAX_SEQ);
        return answers.away(marks.mark(user, Callers.room(room), seq, NO_CONNECTION), RoomResource::marked);
    }

    private static Response marked(ReadMarks.Result result) {
        return switch (result) {
            case ReadMarks.Result.Refused no -> Problems.of(no.refusal());
            case ReadMarks.Result.Marked(long seq) ->
                Problems.json(200, Json.object().put("seq", seq));
        };
    }

    private CompletionStage<Response> submit(
            SecurityContext security,
            String room,
            String type,
            @Nullable String key,
            Fields fields,
            @Nullable String why)
            throws BadField {
        return answers.of(
                commands.submit(
                        Callers.of(security),
                        Callers.room(room),
                        forms.command(type, fields),
                        Callers.optionalCid(key, fields),
                        why),
                200);
    }
}
