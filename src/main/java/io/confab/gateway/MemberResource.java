package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.directory.Members;
import io.confab.directory.ReadRight;
import io.confab.kernel.Caller;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand;
import io.confab.room.RoomCommand.InviteMember;
import io.confab.room.RoomCommand.JoinRoom;
import io.confab.room.RoomCommand.KickMember;
import io.confab.room.RoomCommand.LeaveRoom;
import io.confab.room.RoomCommand.LiftSanction;
import io.confab.room.RoomCommand.SetRole;
import io.confab.room.RoomCommand.SetSanction;
import io.confab.room.RoomRole;
import io.confab.room.RoomRules;
import io.confab.room.SanctionKind;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
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
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Members of a room and their sanctions: the HTTP twins of join, leave, invite, kick, role, sanction, unsanction. */
@Path("/rooms/{room}")
public class MemberResource {
    private final ReadRight right;
    private final Members members;
    private final Commands commands;
    private final Answers answers;
    private final int pageSize;
    private final JsonBody json;

    @Inject
    public MemberResource(
            ReadRight right,
            Members members,
            Commands commands,
            Answers answers,
            JsonBody json,
            GatewaySettings settings) {
        this.json = json;
        this.right = right;
        this.members = members;
        this.commands = commands;
        this.answers = answers;
        this.pageSize = settings.pageSize();
    }

    @GET
    @Path("members")
    public Response page(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @Nullable String limit)
            throws BadField {
        int rows = Math.toIntExact(Callers.number("limit", limit, pageSize, 1, pageSize));
        String from = Callers.text("after", after);
        var id = Callers.room(room);
        return switch (right.of(Callers.of(security).user(), id)) {
            case ReadRight.Answer.MayNot no -> Problems.of(no.refusal());
            case ReadRight.Answer.May may -> {
                var page = members.page(id, from, rows);
                ObjectNode body = Json.object();
                body.set("members", RoomJson.array(page.rows(), RoomJson::member));
                yield Problems.json(200, body.put("more", page.more()));
            }
        };
    }

    /** Adds somebody; with one's own id, or none, it joins. */
    @POST
    @Path("members")
    public CompletionStage<Response> add(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        Caller caller = Callers.of(security);
        UserId user = fields.has("user") ? fields.user("user") : caller.user();
        RoomCommand command = user.equals(caller.user())
                ? new JoinRoom()
                : new InviteMember(
                        user, fields.optionalWord("role", RoomRole.class).orElse(RoomRole.MEMBER));
        return submit(security, room, command, Callers.optionalCid(key, fields), Callers.why(fields));
    }

    @PUT
    @Path("members/{user}")
    public CompletionStage<Response> role(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("user") String user,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        return submit(
                security,
                room,
                new SetRole(Callers.user(user), fields.word("role", RoomRole.class)),
                Callers.optionalCid(key, fields),
                Callers.why(fields));
    }

    /** Removes somebody; with one's own id it leaves. */
    @DELETE
    @Path("members/{user}")
    public CompletionStage<Response> remove(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("user") String user,
            @QueryParam("reason") @Nullable String reason,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws BadField {
        UserId target = Callers.user(user);
        boolean self = target.equals(Callers.of(security).user());
        RoomCommand command = self ? new LeaveRoom() : new KickMember(target, Callers.reason(reason));
        return submit(security, room, command, Callers.optionalCid(key, Fields.of(Json.object(), "")), null);
    }

    @PUT
    @Path("sanctions/{user}/{kind}")
    public CompletionStage<Response> sanction(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("user") String user,
            @PathParam("kind") String kind,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        var command = new SetSanction(
                Callers.user(user),
                kind(kind),
                fields.optionalInstant("until").orElse(null),
                fields.optionalText("reason", RoomRules.MAX_REASON_CHARS).orElse(null));
        return submit(security, room, command, Callers.optionalCid(key, fields), null);
    }

    @DELETE
    @Path("sanctions/{user}/{kind}")
    public CompletionStage<Response> lift(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("user") String user,
            @PathParam("kind") String kind,
            @QueryParam("reason") @Nullable String reason,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws BadField {
        return submit(
                security,
                room,
                new LiftSanction(Callers.user(user), kind(kind)),
                Callers.optionalCid(key, Fields.of(Json.object(), "")),
                Callers.reason(reason));
    }

    private static SanctionKind kind(String segment) {
        for (SanctionKind kind : SanctionKind.values()) {
            if (kind.word().equals(segment.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        throw new Refused(new io.confab.kernel.Refusal.NotFound("a sanction is mute or ban"));
    }

    private CompletionStage<Response> submit(
            SecurityContext security, String room, RoomCommand command, @Nullable String cid, @Nullable String why) {
        return answers.of(commands.submit(Callers.of(security), Callers.room(room), command, cid, why), 200);
    }
}
