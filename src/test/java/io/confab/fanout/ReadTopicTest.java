package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.badge.Mark;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import org.junit.jupiter.api.Test;

class ReadTopicTest {
    @Test
    void aMarkIsReadAsItWasWritten() {
        var mark = new Mark(new UserId("u_1"), new RoomId("r_1"), "e1", 7, 9, new ConnectionId("c_1"));

        String text = ReadTopic.text(mark);

        assertThat(text)
                .isEqualTo("{\"user\":\"u_1\",\"room\":\"r_1\",\"ep\":\"e1\",\"seq\":7,\"head\":9,\"from\":\"c_1\"}");
        assertThat(ReadTopic.mark(Json.read(text))).isEqualTo(mark);
    }
}
