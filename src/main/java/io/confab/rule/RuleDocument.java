package io.confab.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.VisibleText;
import io.confab.room.RoomRules;
import io.confab.room.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A rule as JSON: in the API, in the console's form and in the database. <pre>
 * {"name": "spam", "act": "block", "told": "No advertising here.", "mute_s": 600, "younger_than_s": 86400,
 *  "exempt": ["admin", "moderator", "room_owner", "room_moderator"], "exempt_rooms": ["r_…"],
 *  "trigger": {"kind": "words", "words": ["buy now"], "whole": true}}
 * {"kind": "expression", "expression": "…"} · {"kind": "links", "domains": ["…"], "except": false} · {"kind": "mentions", "at_least": 10}
 * {"kind": "repeats", "times": 3, "within_s": 60} · {"kind": "rate", "times": 10, "within_s": 10} · {"kind": "any"}
 * </pre>
 */
public final class RuleDocument {
    static final int MAX_NAME_CHARS = 100;
    static final int MAX_WORD_CHARS = 100;
    static final int MAX_EXEMPT_ROOMS = 100;
    static final int MAX_DOMAINS = 1_000;
    static final int MAX_DOMAIN_CHARS = 253;

    private static final long DAY_S = 86_400;
    private static final Set<Verdict.Exempt> STAFF = Set.of(Verdict.Exempt.values());

    private RuleDocument() {}

    /** @throws BadRule with the reason */
    static RuleDefinition read(JsonNode json, int mostWords) throws BadRule {
        if (!json.isObject()) {
            throw new BadRule("a rule is an object with 'name', 'act' and 'trigger'");
        }
        String name = text(json, "name", MAX_NAME_CHARS);
        line(VisibleText.nameProblem("name", name, MAX_NAME_CHARS));
        RuleAct act = word(json, "act", RuleAct.class);
        String told = json.hasNonNull("told") ? text(json, "told", RoomRules.MAX_REASON_CHARS) : "";
        line(VisibleText.lineProblem("told", told, RoomRules.MAX_REASON_CHARS));
        long muted = json.hasNonNull("mute_s") ? whole(json, "mute_s", 0, 28 * DAY_S) : 0;
        if ((act == RuleAct.MUTE) != (muted > 0)) {
            throw new BadRule("'mute_s' says for how long somebody is muted, from 1 to " + 28 * DAY_S
                    + ": of a rule that mutes, and of no other");
        }
        return new RuleDefinition(
                name,
                trigger(json.path("trigger"), mostWords),
                act,
                VisibleText.showsNothing(told) ? null : told,
                Duration.ofSeconds(muted),
                Duration.ofSeconds(
                        json.hasNonNull("younger_than_s") ? whole(json, "younger_than_s", 0, 365 * DAY_S) : 0),
                exempt(json),
                rooms(json));
    }

    /** What {@link #read} reads. */
    public static ObjectNode write(RuleDefinition rule) {
        ObjectNode json =
                Json.object().put("name", rule.name()).put("act", rule.act().word());
        if (rule.told() != null) {
            json.put("told", rule.told());
        }
        if (!rule.muteFor().isZero()) {
            json.put("mute_s", rule.muteFor().toSeconds());
        }
        if (!rule.youngerThan().isZero()) {
            json.put("younger_than_s", rule.youngerThan().toSeconds());
        }
        ArrayNode exempt = json.putArray("exempt");
        rule.exempt().stream().sorted().forEach(who -> exempt.add(word(who)));
        ArrayNode rooms = json.putArray("exempt_rooms");
        rule.exemptRooms().forEach(room -> rooms.add(room.value()));
        json.set("trigger", trigger(rule.trigger()));
        return json;
    }

    private static ObjectNode trigger(Trigger trigger) {
        ObjectNode json = Json.object().put("kind", trigger.kind());
        switch (trigger) {
            case Trigger.Words words -> {
                ArrayNode array = json.put("whole", words.whole()).putArray("words");
                words.words().forEach(array::add);
            }
            case Trigger.Expression expression -> json.put("expression", expression.expression());
            case Trigger.Links links -> {
                ArrayNode array = json.put("except", links.except()).putArray("domains");
                links.domains().forEach(array::add);
            }
            case Trigger.Mentions mentions -> json.put("at_least", mentions.atLeast());
            case Trigger.Repeats repeats ->
                json.put("times", repeats.times())
                        .put("within_s", repeats.within().toSeconds());
            case Trigger.Rate rate ->
                json.put("times", rate.times()).put("within_s", rate.within().toSeconds());
            case Trigger.Any ignored -> {}
        }
        return json;
    }

    private static Trigger trigger(JsonNode json, int mostWords) throws BadRule {
        String kind = json.path("kind").asText();
        return switch (kind) {
            case "words" ->
                new Trigger.Words(texts(json, "words", mostWords, MAX_WORD_CHARS, 1), flag(json, "whole", true));
            case "expression" -> new Trigger.Expression(text(json, "expression", Expressions.MAX_CHARS));
            case "links" -> {
                boolean except = flag(json, "except", false);
                List<String> named = texts(json, "domains", MAX_DOMAINS, MAX_DOMAIN_CHARS, except ? 1 : 0);
                var domains = new ArrayList<String>();
                for (String domain : named) {
                    domains.add(Links.domain(domain));
                }
                yield new Trigger.Links(domains, except);
            }
            case "mentions" -> new Trigger.Mentions(number(json, "at_least", 1, Trigger.MOST_NAMES));
            case "repeats" -> new Trigger.Repeats(number(json, "times", 2, Trigger.MOST_TIMES), within(json));
            case "rate" -> new Trigger.Rate(number(json, "times", 2, Trigger.MOST_TIMES), within(json));
            case "any" -> new Trigger.Any();
            default ->
                throw new BadRule(
                        "'trigger.kind' must be one of words, expression, links, mentions, repeats, rate, any");
        };
    }

    private static Duration within(JsonNode json) throws BadRule {
        return Duration.ofSeconds(whole(json, "within_s", 1, Trigger.LONGEST.toSeconds()));
    }

    private static Set<Verdict.Exempt> exempt(JsonNode json) throws BadRule {
        if (!json.has("exempt")) {
            return STAFF;
        }
        var exempt = EnumSet.noneOf(Verdict.Exempt.class);
        for (String word : texts(json, "exempt", STAFF.size(), 20, 0)) {
            exempt.add(constant("exempt", word, Verdict.Exempt.class));
        }
        return exempt;
    }

    private static List<RoomId> rooms(JsonNode json) throws BadRule {
        if (!json.has("exempt_rooms")) {
            return List.of();
        }
        var rooms = new LinkedHashSet<RoomId>();
        for (String id : texts(json, "exempt_rooms", MAX_EXEMPT_ROOMS, 40, 0)) {
            if (!Ids.isId(id)) {
                throw new BadRule("'exempt_rooms' must be ids of rooms");
            }
            rooms.add(new RoomId(id));
        }
        return List.copyOf(rooms);
    }

    private static List<String> texts(JsonNode json, String field, int most, int maxChars, int least) throws BadRule {
        JsonNode array = json.path(field);
        if (array.isMissingNode() && least == 0) {
            return List.of();
        }
        if (!array.isArray() || array.size() < least || array.size() > most) {
            throw new BadRule("'" + field + "' must be an array of " + least + " to " + most + " texts");
        }
        var texts = new LinkedHashSet<String>();
        for (JsonNode text : array) {
            if (!text.isTextual() || VisibleText.showsNothing(text.textValue()) || isLonger(text, maxChars)) {
                throw new BadRule("each of '" + field + "' must be a text of 1 to " + maxChars + " characters");
            }
            checked(field, text.textValue());
            texts.add(text.textValue().strip());
        }
        return List.copyOf(texts);
    }

    private static boolean isLonger(JsonNode text, int maxChars) {
        return text.textValue().codePointCount(0, text.textValue().length()) > maxChars;
    }

    private static String text(JsonNode json, String field, int maxChars) throws BadRule {
        JsonNode text = json.path(field);
        if (!text.isTextual() || isLonger(text, maxChars)) {
            throw new BadRule("'" + field + "' must be a text of at most " + maxChars + " characters");
        }
        checked(field, text.textValue());
        return text.textValue();
    }

    /** What the database could not take. */
    private static void checked(String field, String text) throws BadRule {
        try {
            Json.checkText(text, field);
        } catch (Json.Malformed e) {
            throw new BadRule(String.valueOf(e.getMessage()));
        }
    }

    private static int number(JsonNode json, String field, int min, int max) throws BadRule {
        return Math.toIntExact(whole(json, field, min, max));
    }

    private static long whole(JsonNode json, String field, long min, long max) throws BadRule {
        JsonNode number = json.path(field);
        if (!number.isIntegralNumber()
                || !number.canConvertToLong()
                || number.longValue() < min
                || number.longValue() > max) {
            throw new BadRule("'" + field + "' must be a whole number from " + min + " to " + max);
        }
        return number.longValue();
    }

    private static boolean flag(JsonNode json, String field, boolean unlessSet) throws BadRule {
        if (!json.hasNonNull(field)) {
            return unlessSet;
        }
        if (!json.path(field).isBoolean()) {
            throw new BadRule("'" + field + "' must be true or false");
        }
        return json.path(field).booleanValue();
    }

    private static <E extends Enum<E>> E word(JsonNode json, String field, Class<E> type) throws BadRule {
        return constant(field, text(json, field, 20), type);
    }

    private static <E extends Enum<E>> E constant(String field, String word, Class<E> type) throws BadRule {
        for (E constant : type.getEnumConstants()) {
            if (word(constant).equals(word)) {
                return constant;
            }
        }
        var words = new ArrayList<String>();
        for (E constant : type.getEnumConstants()) {
            words.add(word(constant));
        }
        throw new BadRule("'" + field + "' must be one of " + String.join(", ", words));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void line(Optional<Refusal> problem) throws BadRule {
        if (problem.isPresent()) {
            throw new BadRule(problem.get().message());
        }
    }
}
