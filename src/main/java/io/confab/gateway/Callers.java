package io.confab.gateway;

import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.identity.TokenPrincipal;
import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.Oversight;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import io.confab.room.RoomRules;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import io.confab.wire.WireLimits;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What REST resources read from a request beside its body. */
final class Callers {
    private Callers() {}

    /** Who calls. @throws Refused when nobody has signed in */
    static Caller of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof TokenPrincipal principal) {
            return principal.caller();
        }
        throw new Refused(SignInFirst.NOBODY);
    }

    /** Who calls as staff of the console would, for what auditors and admins do; refused when they are no staff. */
    static Outcome<StaffMember> overseer(StaffDoor door, Actor actor) {
        return door.admit(actor.user(), actor.signIn(), actor.address())
                .map(Outcome::done)
                .orElseGet(() -> Outcome.refused(Oversight.NOT_YOURS));
    }

    /** A path segment as a room id; a text that cannot be one names no room. */
    static RoomId room(String segment) {
        if (!Ids.isId(segment)) {
            throw new Refused(io.confab.directory.ReadRight.noSuchRoom());
        }
        return new RoomId(segment);
    }

    /** A path segment as the number of a message. */
    static long message(String segment) {
        try {
            return number("seq", segment, 0, 1, WireLimits.MAX_SEQ);
        } catch (BadField e) {
            throw new Refused(new Refusal.NotFound("there is no such message"));
        }
    }

    static UserId user(String segment) {
        if (!Ids.isId(segment)) {
            throw new Refused(new Refusal.NotFound("there is no such user"));
        }
        return new UserId(segment);
    }

    /** The idempotency key: the header {@code Idempotency-Key}, or {@code cid} in the body. */
    static String cid(@Nullable String header, Fields fields) throws BadField {
        String cid = optionalCid(header, fields);
        return cid == null ? fields.cid() : cid;
    }

    /** The idempotency key, where the call may come without one. */
    static @Nullable String optionalCid(@Nullable String header, Fields fields) throws BadField {
        if (header == null) {
            return fields.optionalCid().orElse(null);
        }
        if (!Ids.isCid(header)) {
            throw new BadField(new Refusal.BadRequest("Idempotency-Key must be 1 to 64 of [A-Za-z0-9_-]"));
        }
        if (!fields.optionalCid().orElse(header).equals(header)) {
            throw new BadField(new Refusal.BadRequest("Idempotency-Key and 'cid' must be the same"));
        }
        return header;
    }

    /** A text in a query: any but one that the database could not take. */
    static String text(String name, String query) throws BadField {
        try {
            Json.checkText(query, name);
        } catch (Json.Malformed e) {
            throw new BadField(new Refusal.BadRequest(String.valueOf(e.getMessage())));
        }
        return query;
    }

    static @Nullable String reason(@Nullable String query) throws BadField {
        if (query == null) {
            return null;
        }
        if (query.codePointCount(0, query.length()) > RoomRules.MAX_REASON_CHARS) {
            throw new BadField(
                    new Refusal.BadRequest("'reason' must have at most " + RoomRules.MAX_REASON_CHARS + " characters"));
        }
        return text("reason", query);
    }

    /** The reason in a body, of an act whose event has none; null: not said. */
    static @Nullable String why(Fields fields) throws BadField {
        return fields.optionalText("reason", RoomRules.MAX_REASON_CHARS).orElse(null);
    }

    /** A whole number in a query; {@code fallback} when absent. */
    static long number(String name, @Nullable String raw, long fallback, long min, long max) throws BadField {
        if (raw == null) {
            return fallback;
        }
        long value;
        try {
            value = Long.parseLong(raw);
        } catch (NumberFormatException e) {
            throw new BadField(new Refusal.BadRequest("'" + name + "' must be a whole number"));
        }
        if (value < min || value > max) {
            throw new BadField(new Refusal.BadRequest("'" + name + "' must be from " + min + " to " + max));
        }
        return value;
    }

    /** A moment in a query; null: not given. */
    static @Nullable Instant moment(String name, @Nullable String raw) throws BadField {
        return raw == null
                ? null
                : Fields.of(Json.object().put(name, raw), "")
                        .optionalInstant(name)
                        .orElse(null);
    }
}
