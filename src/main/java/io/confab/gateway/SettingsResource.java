package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Actor;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.Setting;
import io.confab.kernel.ShownSettings;
import io.confab.moderation.Oversight;
import io.confab.moderation.StaffDoor;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** {@code /settings}: what the node that answers read at its start, for auditors and admins. */
@Path("/settings")
public class SettingsResource {
    private final Oversight oversight;
    private final StaffDoor door;
    private final CountedCalls calls;
    private final NodeId node;

    @Inject
    public SettingsResource(Oversight oversight, StaffDoor door, CountedCalls calls, NodeId node) {
        this.oversight = oversight;
        this.door = door;
        this.calls = calls;
        this.node = node;
    }

    @GET
    public Response list(@Context SecurityContext security, @Context HttpServletRequest request) {
        Actor actor = calls.actor(security, request);
        return SessionResource.answer(Callers.overseer(door, actor).then(oversight::settings), 200, settings -> {
            ObjectNode json = Json.object().put("node", node.value());
            json.set("settings", RoomJson.array(settings.all(), SettingsResource::json));
            return json;
        });
    }

    private static ObjectNode json(ShownSettings.Shown shown) {
        Setting setting = shown.setting();
        ObjectNode json = Json.object()
                .put("key", setting.key())
                .put("variable", setting.variable())
                .put("kind", setting.kind().word())
                .put("value", shown.value())
                .put("default", setting.unlessSet())
                .put("allowed", setting.allowed())
                .put("set", shown.isSet());
        if (shown.source() != null) {
            json.put("source", shown.source());
        }
        return json;
    }
}
