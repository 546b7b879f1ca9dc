package io.confab.room;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What may be the body of a message: a JSON object {@code {"type":…, …}}, already strict JSON ({@link Json#parse}).
 *
 * <pre>
 * type        [a-z][a-z0-9._-]{0,31}; a type Confab does not know is kept, not interpreted
 * text        of a body of type text: 1 to maxTextChars code points, something visible; kept byte for byte
 * any other   free, within maxBodyBytes for the whole and a nesting of {@value #MAX_NESTING}
 * </pre>
 *
 * A refusal is {@code bad_request} naming the field, or {@code too_large} with the limit. Pure; thread-safe.
 */
public final class BodyRules {
    /** Levels of one body: what the frame {@code {d:{body:…}}} leaves of {@link Json#MAX_NESTING}. */
    public static final int MAX_NESTING = Json.MAX_NESTING - 2;

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9._-]{0,31}");

    private BodyRules() {}

    /** The body in its canonical form, or why it is none. */
    public static Checked<MessageBody> check(JsonNode body, RoomRules rules) {
        if (!body.isObject()) {
            return Checked.badRequest("'body' must be an object with a 'type'");
        }
        JsonNode type = body.path("type");
        if (!type.isTextual() || !TYPE.matcher(type.textValue()).matches()) {
            return Checked.badRequest("'body.type' must be a text of the form " + TYPE.pattern());
        }
        if (deeperThan(body, MAX_NESTING)) {
            return Checked.badRequest("'body' must not be nested deeper than " + MAX_NESTING);
        }
        if (type.textValue().equals(MessageBody.TEXT)) {
            return checkText(body, rules);
        }
        return bounded(new MessageBody(type.textValue(), "", Json.write(Json.canonical(body))), rules);
    }

    private static Checked<MessageBody> checkText(JsonNode body, RoomRules rules) {
        JsonNode text = body.path("text");
        if (!text.isTextual()) {
            return Checked.badRequest("'body.text' must be a text");
        }
        String value = text.textValue();
        if (value.codePointCount(0, value.length()) > rules.maxTextChars()) {
            return Checked.tooLarge("'body.text' must have at most " + rules.maxTextChars() + " code points");
        }
        if (VisibleText.showsNothing(value)) {
            return Checked.badRequest("'body.text' must hold at least one visible character");
        }
        return bounded(new MessageBody(MessageBody.TEXT, value, Json.write(Json.canonical(body))), rules);
    }

    private static Checked<MessageBody> bounded(MessageBody body, RoomRules rules) {
        int bytes = body.json().getBytes(StandardCharsets.UTF_8).length;
        return bytes > rules.maxBodyBytes()
                ? Checked.tooLarge("'body' must have at most " + rules.maxBodyBytes() + " bytes")
                : new Checked.Valid<>(body);
    }

    private static boolean deeperThan(JsonNode node, int levels) {
        if (!node.isContainerNode()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : node) {
            if (deeperThan(child, levels - 1)) {
                return true;
            }
        }
        return false;
    }
}
