package io.confab.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the fields of one JSON object from outside: each reader checks type and bounds and names the field when it
 * refuses. Unknown fields are ignored. A field that is {@code null} counts as absent.
 */
public final class Fields {
    private static final int MAX_LIST = 1_000;

    private final ObjectNode object;
    private final String prefix;

    private Fields(ObjectNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /** @param prefix how the object is called in error sentences, e.g. {@code d.}; empty at the top */
    public static Fields of(ObjectNode object, String prefix) {
        return new Fields(object, prefix);
    }

    public boolean has(String field) {
        return object.hasNonNull(field);
    }

    /** The raw node of a field that must be there. */
    public JsonNode node(String field) throws BadField {
        if (!has(field)) {
            throw new BadField("'" + prefix + field + "' is missing");
        }
        return object.get(field);
    }

    public Fields object(String field) throws BadField {
        if (node(field) instanceof ObjectNode child) {
            return new Fields(child, prefix + field + ".");
        }
        throw wrong(field, "an object");
    }

    /** The raw object, for free forms. */
    public ObjectNode raw() {
        return object;
    }

    /** A text of 0 to {@code maxChars} code points. */
    public String text(String field, int maxChars) throws BadField {
        JsonNode node = node(field);
        if (!node.isTextual()) {
            throw wrong(field, "a string");
        }
        String text = node.textValue();
        if (text.codePointCount(0, text.length()) > maxChars) {
            throw wrong(field, "at most " + maxChars + " characters");
        }
        return text;
    }

    public Optional<String> optionalText(String field, int maxChars) throws BadField {
        return has(field) ? Optional.of(text(field, maxChars)) : Optional.empty();
    }

    public long whole(String field, long min, long max) throws BadField {
        JsonNode node = node(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(field, "a whole number");
        }
        long value = node.longValue();
        if (value < min || value > max) {
            throw wrong(field, "from " + min + " to " + max);
        }
        return value;
    }

    public Optional<Long> optionalWhole(String field, long min, long max) throws BadField {
        return has(field) ? Optional.of(whole(field, min, max)) : Optional.empty();
    }

    /** 1 to {@code most} whole numbers from 1 to {@code max}. */
    public List<Long> wholes(String field, int most, long max) throws BadField {
        JsonNode node = node(field);
        if (!node.isArray() || node.isEmpty() || node.size() > most) {
            throw wrong(field, "an array of 1 to " + most + " whole numbers");
        }
        var wholes = new ArrayList<Long>();
        for (JsonNode element : node) {
            if (!element.isIntegralNumber()
                    || !element.canConvertToLong()
                    || element.longValue() < 1
                    || element.longValue() > max) {
                throw wrong(field, "an array of whole numbers from 1 to " + max);
            }
            wholes.add(element.longValue());
        }
        return wholes;
    }

    public boolean flag(String field) throws BadField {
        JsonNode node = node(field);
        if (!node.isBoolean()) {
            throw wrong(field, "true or false");
        }
        return node.booleanValue();
    }

    /** A client message id. */
    public String cid() throws BadField {
        String cid = text("cid", 64);
        if (!Ids.isCid(cid)) {
            throw wrong("cid", "1 to 64 of [A-Za-z0-9_-]");
        }
        return cid;
    }

    public Optional<String> optionalCid() throws BadField {
        return has("cid") ? Optional.of(cid()) : Optional.empty();
    }

    public RoomId room(String field) throws BadField {
        return new RoomId(id(field));
    }

    public UserId user(String field) throws BadField {
        return new UserId(id(field));
    }

    /** Absent: the empty list. */
    public List<UserId> users(String field) throws BadField {
        if (!has(field)) {
            return List.of();
        }
        JsonNode node = node(field);
        if (!node.isArray() || node.size() > MAX_LIST) {
            throw wrong(field, "an array of at most " + MAX_LIST + " user ids");
        }
        var users = new ArrayList<UserId>();
        for (JsonNode element : node) {
            if (!element.isTextual() || !Ids.isId(element.textValue())) {
                throw wrong(field, "an array of user ids");
            }
            users.add(new UserId(element.textValue()));
        }
        return users;
    }

    /** A moment as RFC 3339 with zone, e.g. {@code 2026-01-31T09:00:00Z}, up to the year 9999. */
    public Optional<Instant> optionalInstant(String field) throws BadField {
        if (!has(field)) {
            return Optional.empty();
        }
        try {
            Instant instant = java.time.OffsetDateTime.parse(text(field, 40)).toInstant();
            if (instant.getEpochSecond() < 0 || instant.getEpochSecond() > 253_402_300_799L) {
                throw wrong(field, "a moment from 1970 to 9999");
            }
            return Optional.of(instant);
        } catch (DateTimeException e) {
            throw wrong(field, "a moment such as 2026-01-31T09:00:00Z");
        }
    }

    /** A word of a closed set, e.g. a room kind. */
    public <E extends Enum<E>> E word(String field, Class<E> type) throws BadField {
        String text = text(field, 32);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw wrong(
                field,
                "one of " + java.util.Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
    }

    public <E extends Enum<E>> Optional<E> optionalWord(String field, Class<E> type) throws BadField {
        return has(field) ? Optional.of(word(field, type)) : Optional.empty();
    }

    private String id(String field) throws BadField {
        String id = text(field, 64);
        if (!Ids.isId(id)) {
            throw wrong(field, "an id: 1 to 40 of [A-Za-z0-9_-]");
        }
        return id;
    }

    private BadField wrong(String field, String expected) {
        return new BadField("'" + prefix + field + "' must be " + expected);
    }
}
