package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.directory.Page;
import io.confab.directory.ReadRight;
import io.confab.directory.RoomView;
import io.confab.directory.Rooms;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.Json;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.CommandForms;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /rooms} and {@code /rooms/{room}}: list, create, read, change, archive. */
@Path("/rooms")
public class RoomResource {
    private final Rooms rooms;
    private final Commands commands;
    private final AccountReader accounts;
    private final CommandForms forms;
    private final int pageSize;

    @Inject
    public RoomResource(Rooms rooms, Commands commands, AccountReader accounts, Configuration configuration) {
        this.rooms = rooms;
        this.commands = commands;
        this.accounts = accounts;
        this.forms = new CommandForms(RoomRules.from(configuration));
        this.pageSize = GatewaySettings.from(configuration).pageSize();
    }

    @GET
    public Response list(
            @Context SecurityContext security,
            @QueryParam("public") @DefaultValue("false") boolean open,
            @QueryParam("q") @DefaultValue("") String part,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        Caller caller = Callers.of(security);
        int rows = Math.toIntExact(Callers.number("limit", limit, pageSize, 1, pageSize));
        long rev = accounts.standing(caller.user())
                .map(Standing::rev)
                .orElse(0L); // before the list: a change meanwhile shows as a newer rev
        Page<RoomView> page =
                open ? rooms.open(caller.user(), part, after, rows) : rooms.mine(caller.user(), after, rows);
        ObjectNode body = Json.object();
        body.set("rooms", RoomJson.array(page.rows(), RoomJson::room));
        return Problems.json(200, body.put("more", page.more()).put("rev", rev));
    }

    @POST
    public CompletionStage<Response> create(
            @Context SecurityContext security, @HeaderParam("Idempotency-Key") @Nullable String key, InputStream body)
            throws BadField {
        Fields fields = JsonBody.fields(body);
        String cid = Callers.cid(key, fields);
        return commands.create(Callers.of(security), forms.create(fields), cid)
                .thenApply(answer -> Answers.of(answer, 201));
    }

    @GET
    @Path("{room}")
    public Response one(@Context SecurityContext security, @PathParam("room") String room) {
        return rooms.one(Callers.of(security).user(), Callers.room(room))
                .map(view -> Problems.json(200, RoomJson.room(view)))
                .orElseGet(() -> Problems.of(ReadRight.noSuchRoom()));
    }

    @PATCH
    @Path("{room}")
    public CompletionStage<Response> update(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        return submit(security, room, "room.update", key, JsonBody.fields(body));
    }

    @DELETE
    @Path("{room}")
    public CompletionStage<Response> archive(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws BadField {
        return submit(security, room, "room.archive", key, Fields.of(Json.object(), ""));
    }

    private CompletionStage<Response> submit(
            SecurityContext security, String room, String type, @Nullable String key, Fields fields) throws BadField {
        return commands.submit(
                        Callers.of(security),
                        Callers.room(room),
                        forms.command(type, fields),
                        Callers.optionalCid(key, fields))
                .thenApply(answer -> Answers.of(answer, 200));
    }
}
