package io.confab.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be the body of a message. */
class BodyRulesTest {
    private static final RoomRules RULES = RoomRules.defaults();

    private static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    private static MessageBody accepted(JsonNode body) {
        Checked<MessageBody> checked = BodyRules.check(body, RULES);
        assertThat(checked).isInstanceOf(Checked.Valid.class);
        return ((Checked.Valid<MessageBody>) checked).value();
    }

    private static <R extends Refusal> String refused(JsonNode body, Class<R> kind) {
        Checked<MessageBody> checked = BodyRules.check(body, RULES);
        assertThat(checked).isInstanceOf(Checked.Invalid.class);
        Refusal refusal = ((Checked.Invalid<MessageBody>) checked).refusal();
        assertThat(refusal).isInstanceOf(kind);
        return refusal.message();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "   ", "\u200B", "\u2800", "\u3164", "\uFEFF", "\u00AD", "\u034F", "\uDB40\uDC41", "\n\t"})
    void textThatShowsNothingIsRefused(String blank) {
        assertThat(refused(text(blank), Refusal.BadRequest.class)).contains("body.text");

        String around = blank + "a" + blank;
        assertThat(accepted(text(around)).text()).isEqualTo(around);
    }

    @ParameterizedTest
    @ValueSource(strings = {"👩\u200D💻", "نمی\u200Cخواهم", "a\u202Eb", "<b>'; drop table room; --", "two\nlines"})
    void visibleTextKeepsItsBytes(String text) {
        assertThat(accepted(text(text)).text()).isEqualTo(text);
        assertThat(Json.read(accepted(text(text)).json()).path("text").textValue())
                .isEqualTo(text);
    }

    @Test
    void eightThousandCodePointsFitHoweverWideTheyAre() {
        assertThat(accepted(text("😀".repeat(8_000))).text()).hasSize(16_000);
        assertThat(accepted(text("a" + "\u0001".repeat(7_999))).text()).hasSize(8_000);
        assertThat(refused(text("😀".repeat(8_001)), Refusal.TooLarge.class)).contains("8000");
    }

    @Test
    void bodyIsAnObjectWithAType() {
        refused(Json.read("null"), Refusal.BadRequest.class);
        refused(Json.read("\"hi\""), Refusal.BadRequest.class);
        refused(Json.read("[]"), Refusal.BadRequest.class);
        refused(Json.read("{}"), Refusal.BadRequest.class);
        refused(Json.read("{\"type\":1}"), Refusal.BadRequest.class);
        refused(Json.read("{\"type\":\"Text\",\"text\":\"hi\"}"), Refusal.BadRequest.class);
        refused(Json.object().put("type", "a".repeat(33)), Refusal.BadRequest.class);
        refused(Json.read("{\"type\":\"text\"}"), Refusal.BadRequest.class);
        refused(Json.read("{\"type\":\"text\",\"text\":7}"), Refusal.BadRequest.class);
    }

    @Test
    void unknownTypeIsKeptAsItIs() {
        MessageBody body = accepted(Json.read("{\"type\":\"x.poll-2\",\"text\":\"not looked at\",\"a\":[1,2.50]}"));

        assertThat(body.type()).isEqualTo("x.poll-2");
        assertThat(body.text()).isEmpty();
        assertThat(body.json()).isEqualTo("{\"a\":[1,2.5],\"text\":\"not looked at\",\"type\":\"x.poll-2\"}");
    }

    @Test
    void equalDocumentsAreEqualBodies() {
        assertThat(accepted(Json.read("{\"text\":\"hi\",\"type\":\"text\",\"a\":{\"y\":1,\"x\":2}}")))
                .isEqualTo(
                        accepted(Json.read("{ \"a\": {\"x\":2,\"y\":1}, \"type\":\"text\", \"text\":\"\\u0068i\" }")));
    }

    @Test
    void wholeBodyIsBounded() {
        int bare = accepted(text("hi").put("x", "")).json().length();

        accepted(text("hi").put("x", "é".repeat((65_536 - bare) / 2)));
        assertThat(refused(text("hi").put("x", "é".repeat(32_768)), Refusal.TooLarge.class))
                .contains("65536");
    }

    @Test
    void nestingIsBounded() {
        assertThat(accepted(nested(BodyRules.MAX_NESTING)).type()).isEqualTo("text");
        assertThat(refused(nested(BodyRules.MAX_NESTING + 1), Refusal.BadRequest.class))
                .contains("nested");
    }

    /** A body of so many levels, itself the first. */
    private static ObjectNode nested(int levels) {
        ObjectNode body = text("hi");
        ObjectNode at = body;
        for (int level = 1; level < levels; level++) {
            at = at.putObject("a");
        }
        return body;
    }
}
