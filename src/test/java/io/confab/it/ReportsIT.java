package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ApiClient;
import io.confab.it.support.ApiClient.Reply;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Reports through the door, on the real server: what they answer, and that nobody else sees them. */
class ReportsIT {
    private final URI base = SharedServer.base();

    private static Reply report(ApiClient by, String room, long seq) {
        return by.call(
                "POST",
                "api/v1/reports",
                Json.object().put("room", room).put("seq", seq).put("type", "harassment"));
    }

    @Test
    void aReportIsAnsweredWithWhatBecomesOfItAndSeenByItsReporterAlone() {
        var ann = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        String room = ann.room("private", ben.user());
        long seq = ann.post(room, "you there").body().path("seq").asLong();

        Reply first = report(ben, room, seq);
        ann.call("DELETE", "api/v1/rooms/" + room + "/messages/" + seq, null);
        Reply second = report(ben, room, seq);

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.body().path("outcome").asText()).isEqualTo("open");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body().path("dup").asBoolean()).isTrue();
        assertThat(second.body().path("report")).isEqualTo(first.body().path("report"));
        assertThat(ben.get("api/v1/reports").body().at("/reports/0/report"))
                .isEqualTo(first.body().path("report"));
        assertThat(ann.get("api/v1/reports").body().path("reports")).isEmpty();
        assertThat(report(ApiClient.registered(base), room, seq).code()).isEqualTo("not_found");
    }

    @Test
    void aReportThatNamesNothingOrTwoThingsIsRefused() {
        var ann = ApiClient.registered(base);
        var wish = Json.object().put("type", "spam");

        assertThat(ann.call("POST", "api/v1/reports", wish).code()).isEqualTo("bad_request");
        assertThat(ann.call(
                                "POST",
                                "api/v1/reports",
                                wish.deepCopy().put("room", "r_1").put("user", "u_1"))
                        .code())
                .isEqualTo("bad_request");
        assertThat(ann.call("POST", "api/v1/reports", wish.deepCopy().put("room", "r_1"))
                        .code())
                .isEqualTo("bad_request");
        assertThat(ann.call(
                                "POST",
                                "api/v1/reports",
                                Json.object().put("user", "u_1").put("type", "ugly"))
                        .code())
                .isEqualTo("bad_request");
        assertThat(ann.get("api/v1/reports?before=no!id").code()).isEqualTo("bad_request");
    }
}
