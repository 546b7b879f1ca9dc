package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.delivery.Passage.Standing;
import io.confab.identity.Actor;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import io.confab.node.Delivery;
import io.confab.node.DeliveryTrace;
import io.confab.node.NodePassage;
import io.confab.wire.BadField;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Who got a message, for staff: the same as the console's page. */
@Path("/rooms/{room}")
public class DeliveryResource {
    private final DeliveryTrace trace;
    private final StaffReading reading;
    private final StaffDoor door;
    private final CountedCalls calls;

    @Inject
    public DeliveryResource(DeliveryTrace trace, StaffReading reading, StaffDoor door, CountedCalls calls) {
        this.trace = trace;
        this.reading = reading;
        this.door = door;
        this.calls = calls;
    }

    /** What is asked beside the message. */
    public static final class Asked {
        @QueryParam("user")
        @Nullable
        String user;

        @QueryParam("after")
        @DefaultValue("")
        String after = "";

        @QueryParam("limit")
        @Nullable
        String limit;

        @QueryParam("reason")
        @Nullable
        String reason;
    }

    @GET
    @Path("messages/{seq}/delivery")
    public Response delivery(
            @Context SecurityContext security,
            @Context HttpServletRequest request,
            @PathParam("room") String room,
            @PathParam("seq") String seq,
            @BeanParam Asked asked)
            throws BadField {
        Actor actor = calls.actor(security, request);
        StaffMember reader = door.admit(actor.user(), actor.signIn(), actor.address())
                .orElseThrow(() -> new Refused(new Refusal.Forbidden("only staff see who got a message")));
        RoomId id = Callers.room(room);
        long number = Callers.message(seq);
        UserId only = asked.user == null ? null : Callers.user(asked.user);
        int most = DeliveryTrace.MOST_PEOPLE;
        int rows = Math.toIntExact(Callers.number("limit", asked.limit, most, 1, most));
        String after = Callers.text("after", asked.after);
        reading.open(reader, id, Callers.reason(asked.reason));
        return SessionResource.answer(
                trace.of(new DeliveryTrace.Query(id, number, only, after, rows), reader.role()),
                200,
                DeliveryResource::json);
    }

    private static ObjectNode json(Delivery delivery) {
        Delivery.Message message = delivery.message();
        ObjectNode json = Json.object()
                .put("room", message.room().value())
                .put("ep", message.epoch())
                .put("seq", message.seq())
                .put("by", message.by().value())
                .put("ts", ServerFrames.time(message.at()))
                .put("deleted", message.deleted())
                .put("broker", delivery.brokerUp() ? "up" : "down");
        json.set("nodes", RoomJson.array(delivery.nodes(), DeliveryResource::json));
        Delivery.Readers readers = delivery.readers();
        if (readers != null) {
            json.putObject("read").put("by", readers.read()).put("of", readers.of());
        }
        json.set("people", RoomJson.array(delivery.people(), DeliveryResource::json));
        return json.put("more", delivery.more());
    }

    private static ObjectNode json(NodePassage passage) {
        ObjectNode json = Json.object()
                .put("node", passage.node())
                .put("state", passage.state().word());
        if (passage.arrivedAt() != null) {
            json.put("arrived_at", ServerFrames.time(passage.arrivedAt())).put("way", passage.way());
        }
        if (passage.state() != NodePassage.State.SILENT) {
            ObjectNode listening = json.putObject("listening");
            for (Standing standing : EnumSet.complementOf(EnumSet.of(Standing.SILENT))) {
                listening.put(standing.word(), passage.listening(standing));
            }
        }
        return json;
    }

    private static ObjectNode json(Delivery.Member member) {
        ObjectNode json = Json.object().put("user", member.id().value());
        if (member.role() != null) {
            json.put("role", member.role());
        }
        json.put("joined_after", member.joinedAfter()).put("read", member.read());
        json.set("sockets", RoomJson.array(member.sockets(), DeliveryResource::json));
        return json;
    }

    private static ObjectNode json(NodePassage.OpenSocket socket) {
        ObjectNode json = Json.object()
                .put("node", socket.node())
                .put("kind", socket.kind())
                .put("standing", socket.standing().word());
        NodePassage.Detail detail = socket.detail();
        if (detail != null) {
            json.put("socket", detail.socket())
                    .put("waiting_bytes", detail.waitingBytes())
                    .put("open_s", detail.open().toSeconds())
                    .put("quiet_s", detail.quiet().toSeconds());
        }
        return json;
    }
}
