package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.directory.Pins;
import io.confab.directory.ReadRight;
import io.confab.kernel.Json;
import io.confab.room.RoomCommand;
import io.confab.room.RoomRules;
import io.confab.room.RoomState;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is pinned in a room, and the HTTP twins of {@code pin.add} and {@code pin.remove}. */
@Path("/rooms/{room}")
public class PinResource {
    private final ReadRight right;
    private final Pins pins;
    private final Commands commands;
    private final Answers answers;
    private final int maxPins;

    @Inject
    public PinResource(ReadRight right, Pins pins, Commands commands, Answers answers, RoomRules rules) {
        this.right = right;
        this.pins = pins;
        this.commands = commands;
        this.answers = answers;
        this.maxPins = rules.maxPins();
    }

    @GET
    @Path("pins")
    public Response list(@Context SecurityContext security, @PathParam("room") String room) throws BadField {
        var id = Callers.room(room);
        return switch (right.of(Callers.of(security).user(), id)) {
            case ReadRight.Answer.MayNot no -> Problems.of(no.refusal());
            case ReadRight.Answer.May may -> {
                RoomState state = may.access().state();
                ObjectNode body = Json.object()
                        .put("ep", state.epoch())
                        .put("head", state.head())
                        .put("max", maxPins);
                body.set("pins", RoomJson.array(pins.of(id), PinResource::pin));
                yield Problems.json(200, body);
            }
        };
    }

    private static ObjectNode pin(Pins.Pin pin) {
        ObjectNode json = Json.object()
                .put("seq", pin.seq())
                .put("pinned_seq", pin.pinnedSeq())
                .put("by", pin.by().value())
                .put("ts", ServerFrames.time(pin.at()));
        if (pin.message() != null) {
            json.set("message", RoomJson.message(pin.message()));
        }
        return json;
    }

    @PUT
    @Path("pins/{seq}")
    public CompletionStage<Response> pin(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("seq") String seq,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws BadField {
        return answer(security, room, new RoomCommand.PinMessage(Callers.message(seq)), key);
    }

    @DELETE
    @Path("pins/{seq}")
    public CompletionStage<Response> unpin(
            @Context SecurityContext security,
            @PathParam("room") String room,
            @PathParam("seq") String seq,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws BadField {
        return answer(security, room, new RoomCommand.UnpinMessage(Callers.message(seq)), key);
    }

    private CompletionStage<Response> answer(
            SecurityContext security, String room, RoomCommand command, @Nullable String key) throws BadField {
        return answers.of(
                commands.submit(
                        Callers.of(security),
                        Callers.room(room),
                        command,
                        Callers.optionalCid(key, Fields.of(Json.object(), ""))),
                200);
    }
}
