package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.SharedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code /health} says of a node that is well. */
class HealthIT {
    private static JsonNode health(String kind) {
        var reply = new ApiClient(SharedServer.base()).get("health/" + kind);
        assertThat(reply.status()).as("/health/" + kind).isEqualTo(200);
        return reply.body();
    }

    private static List<String> checks(String kind) {
        var names = new ArrayList<String>();
        for (JsonNode check : health(kind).path("checks")) {
            names.add(check.path("name").asText() + " " + check.path("status").asText());
        }
        return names;
    }

    @Test
    void aNodeThatIsWellHasStartedIsAliveAndReady() {
        assertThat(checks("started")).contains("started UP");
        assertThat(checks("live")).contains("threads UP");
        assertThat(checks("ready")).contains("database UP", "broker UP");
    }

    @Test
    void nothingThatIsAwayIsAMatterOfLiveness() {
        assertThat(checks("live")).doesNotContain("database UP", "broker UP");
    }

    @Test
    void healthShowsNoAddressAndNoSecret() {
        String all = new ApiClient(SharedServer.base()).get("health").body().toString();

        assertThat(all).contains("\"checks\"").doesNotContain("jdbc:", "vm://", "tcp://", "password");
    }
}
