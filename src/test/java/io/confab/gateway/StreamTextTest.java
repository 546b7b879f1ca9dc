package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.RoomId;
import io.confab.wire.ClientFrame.Cursor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamTextTest {
    private static final String WELCOME = "{\"t\":\"welcome\",\"d\":{\"rooms\":{"
            + "\"r_9\":{\"status\":\"ok\",\"ep\":\"a1\",\"from\":42,\"to\":57},"
            + "\"r_3\":{\"status\":\"gap\",\"reason\":\"too_far\",\"ep\":\"b7\",\"head\":9001},"
            + "\"r_2\":{\"status\":\"none\"}}}}";

    private static String msg(String room, String epoch, long seq) {
        return "{\"t\":\"msg.new\",\"room\":\"" + room + "\",\"ep\":\"" + epoch + "\",\"seq\":" + seq
                + ",\"d\":{\"seq\":7,\"body\":{\"t\":\"welcome\",\"text\":\"],[{}\"}}}";
    }

    @Test
    void welcomeHasTheCursorsThatTheClientHasNow() {
        var text = new StreamText(Map.of());

        assertThat(text.event(WELCOME)).isEqualTo("id: r_9:a1:41\nevent: welcome\ndata: " + WELCOME + "\n\n");
    }

    @Test
    void eachEventOfALogNamesTheCursorsOfAllRooms() {
        var given = new LinkedHashMap<RoomId, Cursor>();
        given.put(new RoomId("r_9"), new Cursor("a1", 41L));
        given.put(new RoomId("r_5"), new Cursor("c2", 11L));
        var text = new StreamText(given);

        assertThat(text.event(msg("r_9", "a1", 42))).startsWith("id: r_9:a1:42,r_5:c2:11\nevent: msg.new\ndata: {");
        assertThat(text.event(msg("r_5", "c3", 1))).startsWith("id: r_9:a1:42,r_5:c3:1\n");
    }

    @Test
    void aRoomWithAGapKeepsTheCursorItCameWithSoThatTheGapIsToldAgain() {
        var text = new StreamText(Map.of(new RoomId("r_3"), new Cursor("b7", 2L)));

        assertThat(text.event(WELCOME)).startsWith("id: r_3:b7:2,r_9:a1:41\n");
    }

    @Test
    void aCursorWithoutAnEpochStaysInTheIdUntilTheRoomHasMoved() {
        var given = new LinkedHashMap<RoomId, Cursor>();
        given.put(new RoomId("r_3"), new Cursor(null, 5L));
        given.put(new RoomId("r_9"), new Cursor(null, 41L));
        var text = new StreamText(given);

        assertThat(text.event(WELCOME)).startsWith("id: r_3::5,r_9:a1:41\n");
        assertThat(text.event(msg("r_9", "a1", 42))).startsWith("id: r_3::5,r_9:a1:42\n");
        assertThat(text.event(msg("r_3", "b7", 9002))).startsWith("id: r_3:b7:9002,r_9:a1:42\n");
    }

    @Test
    void aRoomThatThePersonIsNotInLeavesTheIdOnceThatWasTold() {
        var given = new LinkedHashMap<RoomId, Cursor>();
        given.put(new RoomId("r_1"), new Cursor("a1", 3L));
        given.put(new RoomId("r_2"), new Cursor("a1", 4L));
        var text = new StreamText(given);

        assertThat(text.event("{\"t\":\"welcome\",\"d\":{\"rooms\":{"
                        + "\"r_1\":{\"status\":\"gap\",\"reason\":\"left\",\"ep\":\"a1\",\"head\":3},"
                        + "\"r_2\":{\"status\":\"none\"},"
                        + "\"r_9\":{\"status\":\"ok\",\"ep\":\"a1\",\"from\":42,\"to\":41}}}}"))
                .startsWith("id: r_9:a1:41\n");
    }

    @Test
    void whatIsInNoLogHasNoIdSoTheLastOneStays() {
        var text = new StreamText(Map.of());
        String typing = "{\"t\":\"typing\",\"room\":\"r_9\",\"d\":{\"users\":[],\"more\":0}}";

        assertThat(text.event(typing)).isEqualTo("event: typing\ndata: " + typing + "\n\n");
        assertThat(text.event("{\"t\":\"resumed\"}")).isEqualTo("event: resumed\ndata: {\"t\":\"resumed\"}\n\n");
    }

    @Test
    void aFrameOfSeveralIsTakenApartAsItIsWritten() {
        String one = msg("r_9", "a1", 42);
        String two = "{\"t\":\"ok\",\"id\":\"[1]\",\"d\":{\"list\":[[],{\"a\":\"\\\"}\"}]}}";

        assertThat(StreamText.objects("[" + one + "," + two + "]")).containsExactly(one, two);
        assertThat(StreamText.objects(one)).containsExactly(one);
    }

    @Test
    void theLastEventSaysWhatASocketsCloseSays() {
        assertThat(StreamText.close(4304, "token_expired"))
                .isEqualTo("event: close\ndata: {\"code\":4304,\"reason\":\"token_expired\"}\n\n");
    }
}
