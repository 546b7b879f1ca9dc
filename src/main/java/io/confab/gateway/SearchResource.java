package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Account;
import io.confab.identity.ClientAddress;
import io.confab.identity.ConsoleSignIns;
import io.confab.kernel.Caller;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.moderation.StaffMember;
import io.confab.search.MessageSearch;
import io.confab.search.Place;
import io.confab.wire.BadField;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Search in messages, for moderators and admins: the same as the console's page. */
@Path("/search")
public class SearchResource {
    private static final Refusal TOO_MANY =
            new Refusal.Unavailable("as many as may search at this node just now", Duration.ofSeconds(1));

    private final MessageSearch search;
    private final StaffReading reading;
    private final ConsoleSignIns staff;
    private final ClientAddress addresses;
    private final int pageSize;

    @Inject
    public SearchResource(
            MessageSearch search,
            StaffReading reading,
            ConsoleSignIns staff,
            ClientAddress addresses,
            GatewaySettings settings) {
        this.search = search;
        this.reading = reading;
        this.staff = staff;
        this.addresses = addresses;
        this.pageSize = settings.pageSize();
    }

    /** What is looked for, as it stands in the address. */
    public static final class Asked {
        @QueryParam("q")
        @DefaultValue("")
        String q = "";

        @QueryParam("by")
        @Nullable
        String by;

        @QueryParam("room")
        @Nullable
        String room;

        @QueryParam("from")
        @Nullable
        String from;

        @QueryParam("until")
        @Nullable
        String until;

        @QueryParam("before")
        @Nullable
        String before;

        @QueryParam("limit")
        @Nullable
        String limit;

        @QueryParam("reason")
        @Nullable
        String reason;
    }

    @GET
    @Path("messages")
    public Response messages(
            @Context SecurityContext security, @Context HttpServletRequest request, @BeanParam Asked asked)
            throws BadField {
        StaffMember reader = moderator(Callers.of(security), request);
        int rows = Math.toIntExact(Callers.number("limit", asked.limit, pageSize, 1, pageSize));
        MessageSearch.Query query = query(asked);
        Place before = place(asked.before);
        Set<RoomId> opened = open(reader, query.room(), Callers.reason(asked.reason));
        MessageSearch.Found found = search.page(query, opened, before, rows).orElseThrow(() -> new Refused(TOO_MANY));
        return Problems.json(200, json(found));
    }

    private StaffMember moderator(Caller caller, HttpServletRequest request) {
        Optional<Account> account = staff.find(caller.user(), caller.signIn())
                .filter(found -> found.role().moderates());
        return account.map(found -> new StaffMember(found, caller.signIn(), addresses.of(request)))
                .orElseThrow(() -> new Refused(new Refusal.Forbidden("only moderators and admins may do this")));
    }

    private static MessageSearch.Query query(Asked asked) throws BadField {
        var query = new MessageSearch.Query(
                Callers.text("q", asked.q),
                asked.by == null ? null : Callers.user(asked.by),
                asked.room == null ? null : Callers.room(asked.room),
                Callers.moment("from", asked.from),
                Callers.moment("until", asked.until));
        Optional<String> problem = query.problem();
        if (problem.isPresent()) {
            throw new BadField(new Refusal.BadRequest(problem.get()));
        }
        return query;
    }

    private static @Nullable Place place(@Nullable String raw) throws BadField {
        Optional<Place> place = raw == null ? Optional.empty() : Place.parse(raw);
        if (raw != null && place.isEmpty()) {
            throw new BadField(new Refusal.BadRequest("'before' must be the 'next' of the page before"));
        }
        return place.orElse(null);
    }

    private Set<RoomId> open(StaffMember reader, @Nullable RoomId room, @Nullable String why) throws BadField {
        return room != null && reading.open(reader, room, why).isConfidential() ? Set.of(room) : Set.of();
    }

    private static ObjectNode json(MessageSearch.Found found) {
        ObjectNode json = Json.object();
        json.set("messages", RoomJson.array(found.hits(), SearchResource::json));
        if (found.next() != null) {
            json.put("next", found.next().toString());
        }
        return json.put("more", found.next() != null);
    }

    private static ObjectNode json(MessageSearch.Hit hit) {
        ObjectNode json = Json.object()
                .put("room", hit.room().value())
                .put("seq", hit.seq())
                .put("by", hit.by().value())
                .put("ts", ServerFrames.time(hit.at()))
                .put("text", hit.text());
        if (hit.editedAt() != null) {
            json.put("edited_at", ServerFrames.time(hit.editedAt()));
        }
        return json;
    }
}
