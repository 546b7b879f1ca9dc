package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.confab.identity.Actor;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import io.confab.moderation.WithheldTexts;
import io.confab.room.RoomCommand.RestoreMessage;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.CommandForms;
import io.confab.wire.Fields;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
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
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Messages that moderators take away and bring back: the HTTP twins of msg.hide, msg.restore and msgs.delete; and, for staff,
 * what is kept of them.
 */
@Path("/rooms/{room}")
public class ModerationResource {
    private final Commands commands;
    private final Answers answers;
    private final JsonBody json;
    private final CommandForms forms;
    private final CountedCalls calls;
    private final StaffDoor door;
    private final WithheldTexts withheld;

    @Inject
    public ModerationResource(
            Commands commands,
            Answers answers,
            JsonBody json,
            RoomRules rules,
            CountedCalls calls,
            StaffDoor door,
            WithheldTexts withheld) {
        this.commands = commands;
        this.answers = answers;
        this.json = json;
        this.forms = new CommandForms(rules);
        this.calls = calls;
        this.door = door;
        this.withheld = withheld;
    }

    @PUT
    @Path("messages/{seq}/hidden")
    public CompletionStage<Response> hide(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("seq") String seq,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        Fields fields = json.fields(body);
        fields.raw().put("seq", Callers.message(seq));
        return submit(security, room, "msg.hide", fields, key);
    }

    @DELETE
    @Path("messages/{seq}/hidden")
    public CompletionStage<Response> restore(
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
                        new RestoreMessage(Callers.message(seq)),
                        Callers.optionalCid(key, Fields.of(Json.object(), "")),
                        Callers.reason(reason)),
                200);
    }

    @POST
    @Path("messages/removal")
    public CompletionStage<Response> remove(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            InputStream body)
            throws BadField {
        return submit(security, room, "msgs.delete", json.fields(body), key);
    }

    @GET
    @Path("messages/{seq}/withheld")
    public Response withheld(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("room") String room,
            @PathParam("seq") String seq,
            @QueryParam("reason") @Nullable String reason)
            throws BadField {
        Actor actor = calls.actor(security, request);
        StaffMember reader = door.admit(actor.user(), actor.signIn(), actor.address())
                .orElseThrow(() -> new Refused(new Refusal.Forbidden("only staff read what was taken away")));
        String why = Callers.reason(reason);
        return SessionResource.answer(
                withheld.read(reader, Callers.room(room), Callers.message(seq), why == null ? "" : why),
                200,
                ModerationResource::versions);
    }

    private static ObjectNode versions(List<WithheldTexts.Version> versions) {
        ObjectNode body = Json.object();
        body.set("versions", RoomJson.array(versions, version -> {
            ObjectNode one = Json.object().put("seq", version.seq()).put("ts", ServerFrames.time(version.at()));
            one.putRawValue("body", new RawValue(version.body()));
            return one;
        }));
        return body;
    }

    private CompletionStage<Response> submit(
            SecurityContext security, String room, String type, Fields fields, @Nullable String key) throws BadField {
        return answers.of(
                commands.submit(
                        Callers.of(security),
                        Callers.room(room),
                        forms.command(type, fields),
                        Callers.optionalCid(key, fields)),
                200);
    }
}
