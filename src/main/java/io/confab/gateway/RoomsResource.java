package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.directory.Page;
import io.confab.directory.RoomView;
import io.confab.directory.Rooms;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.Caller;
import io.confab.kernel.Json;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.CommandForms;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /rooms}: list and create. */
@Path("/rooms")
public class RoomsResource {
    private final Rooms rooms;
    private final Commands commands;
    private final Answers answers;
    private final AccountReader accounts;
    private final CommandForms forms;
    private final int pageSize;
    private final JsonBody json;

    @Inject
    public RoomsResource(
            Rooms rooms,
            Commands commands,
            Answers answers,
            AccountReader accounts,
            JsonBody json,
            RoomRules rules,
            GatewaySettings gateway) {
        this.json = json;
        this.rooms = rooms;
        this.commands = commands;
        this.answers = answers;
        this.accounts = accounts;
        this.forms = new CommandForms(rules);
        this.pageSize = gateway.pageSize();
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
        String named = Callers.text("q", part);
        String from = Callers.text("after", after);
        long rev = accounts.standing(caller.user())
                .map(Standing::rev)
                .orElse(0L); // before the list: a change meanwhile shows as a newer rev
        Page<RoomView> page =
                open ? rooms.open(caller.user(), named, from, rows) : rooms.mine(caller.user(), from, rows);
        ObjectNode body = Json.object();
        body.set("rooms", RoomJson.array(page.rows(), RoomJson::room));
        return Problems.json(200, body.put("more", page.more()).put("rev", rev));
    }

    @POST
    public CompletionStage<Response> create(
            @Context SecurityContext security, @HeaderParam("Idempotency-Key") @Nullable String key, InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        String cid = Callers.cid(key, fields);
        return answers.of(commands.create(Callers.of(security), forms.create(fields), cid), 201);
    }
}
