package io.confab.room;

/**
 * The body of a message: a JSON document that Confab keeps and never interprets beyond its type. Checked where it comes
 * in ({@link BodyRules}), so a body that exists is within the limits.
 *
 * @param type e.g. {@code text}
 * @param text the text of a {@code text} body, else the empty string; at most 8,000 code points
 * @param json the whole document, {@code {"type":…,…}}, keys sorted, so equal bodies are equal strings
 */
public record MessageBody(String type, String text, String json) {
    /** The one type whose content Confab looks at: {@code {"type":"text","text":…}}. */
    public static final String TEXT = "text";
}
