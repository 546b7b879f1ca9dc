package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.directory.History;
import io.confab.kernel.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoomJsonTest {
    private static String written(@Nullable String body) {
        return Json.write(RoomJson.message(
                new History.Message(7, "u_1", Instant.EPOCH, body, false, false, null, Json.object(), Json.array())));
    }

    @Test
    void aMessagesBodyStandsInTheAnswerAsItIsStored() throws Json.Malformed {
        String stored = "{\"type\": \"x\", \"n\": 1.50, \"of\": [{}, {}], \"text\": \"\\\"\"}";

        assertThat(written(stored)).contains("\"body\":" + stored + ",");
        assertThat(Json.parse(written(stored)).at("/body/of")).hasSize(2);
    }

    @Test
    void aDeletedMessageHasNoBodyAndSaysSo() {
        assertThat(written(null)).contains("\"body\":null,\"deleted\":true");
    }
}
