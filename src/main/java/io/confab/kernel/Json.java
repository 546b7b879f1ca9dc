package io.confab.kernel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one JSON of Confab (RFC 8259), strict on the way in: duplicate keys, nesting over 16, numbers over 20 characters (written
 * out, without an exponent), lone surrogates and U+0000 (in keys too) are refused, since the database or a receiver could not take
 * them. Thread-safe.
 */
public final class Json {
    public static final int MAX_NESTING = 16;
    public static final int MAX_NUMBER_CHARACTERS = 20;
    private static final int MAX_OWN_NESTING = 32; // our envelopes add levels around what came in

    private static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxNumberLength(MAX_NUMBER_CHARACTERS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Writes numbers without an exponent, as PostgreSQL's jsonb gives them back. */
    private static final ObjectMapper OWN = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_OWN_NESTING)
                            .build())
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    /** What came in was not JSON, or not JSON that Confab takes; the sentence never quotes the input. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** Parses text from outside. */
    public static JsonNode parse(String text) throws Malformed {
        JsonNode node;
        try {
            node = STRICT.readTree(text);
        } catch (JsonProcessingException e) {
            throw new Malformed(reason(e));
        }
        if (node.isMissingNode()) {
            throw new Malformed("the frame or body is empty; a JSON object is expected");
        }
        checkTexts(node, "");
        return node;
    }

    /** Parses text that Confab wrote itself. */
    public static JsonNode read(String ownText) {
        try {
            return OWN.readTree(ownText);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored JSON cannot be read: " + reason(e), e);
        }
    }

    public static ObjectNode object() {
        return OWN.createObjectNode();
    }

    public static ArrayNode array() {
        return OWN.createArrayNode();
    }

    public static String write(JsonNode node) {
        try {
            return OWN.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON tree cannot be written", e);
        }
    }

    /** The same tree with the keys of each object sorted, so that equal documents have equal texts. */
    public static JsonNode canonical(JsonNode node) {
        if (node instanceof ObjectNode object) {
            var sorted = new TreeMap<String, JsonNode>();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                sorted.put(field.getKey(), canonical(field.getValue()));
            }
            return object().setAll(sorted);
        }
        if (node instanceof ArrayNode array) {
            var copy = array();
            array.forEach(element -> copy.add(canonical(element)));
            return copy;
        }
        return node;
    }

    private static void checkTexts(JsonNode node, String path) throws Malformed {
        if (node.isTextual()) {
            checkText(node.textValue(), path);
        } else if (node.isFloatingPointNumber() && writtenOut(node.decimalValue()) > MAX_NUMBER_CHARACTERS) {
            throw new Malformed("the number at '" + path + "' is longer than " + MAX_NUMBER_CHARACTERS
                    + " characters when written out");
        } else if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                checkText(field.getKey(), path + " (a key)");
                checkTexts(field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey());
            }
        } else if (node instanceof ArrayNode array) {
            int index = 0;
            for (Iterator<JsonNode> i = array.elements(); i.hasNext(); index++) {
                checkTexts(i.next(), path + "[" + index + "]");
            }
        }
    }

    /** Digits of a number without its exponent, counted without writing them: 1E+999999999 is nine characters long. */
    private static long writtenOut(BigDecimal number) {
        long scale = number.scale();
        return scale <= 0 ? number.precision() - scale : Math.max(number.precision(), scale + 1) + 1;
    }

    /** Refuses U+0000 and lone surrogates in a text from outside. @param path what it is, for the sentence */
    public static void checkText(String text, String path) throws Malformed {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new Malformed("U+0000 is not allowed in '" + path + "'");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new Malformed("a lone surrogate is not allowed in '" + path + "'");
            }
        }
    }

    private static String reason(JsonProcessingException e) {
        String original = String.valueOf(e.getOriginalMessage());
        if (original.startsWith("Duplicate")) {
            return "a key stands twice in one object";
        }
        if (original.contains("nesting depth")) {
            return "nesting deeper than " + MAX_NESTING + " is not allowed";
        }
        if (original.contains("Number value length")) {
            return "a number longer than " + MAX_NUMBER_CHARACTERS + " characters is not allowed";
        }
        var at = e.getLocation();
        return "not valid JSON" + (at == null ? "" : " at character " + at.getCharOffset());
    }
}
