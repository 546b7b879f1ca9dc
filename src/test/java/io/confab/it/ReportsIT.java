package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ApiClient.Reply;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
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

    private static JsonNode notice(ChatClient client, String kind) {
        return client.expect(
                        "a notice " + kind,
                        frame -> frame.path("t").asText().equals("notice")
                                && frame.at("/d/kind").asText().equals(kind)
                                && !frame.at("/d/seen").asBoolean())
                .path("d");
    }

    private static JsonNode seen(ChatClient client) {
        return client.expect(
                "a notice that was seen", frame -> frame.at("/d/seen").asBoolean());
    }

    @Test
    void whoIsWarnedIsToldOnEachDeviceUntilTheyHaveReadItAndWhoReportedWhatBecameOfIt() {
        var ann = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        var mia = ApiClient.registered(base);
        ConsoleClient.signedIn(base, "admin", SharedServer.WIDE.get("confab.admin.password"))
                .give(GlobalRole.MODERATOR, mia.user());
        String room = ann.room("public");
        ben.join(room);
        long seq = ben.post(room, "you fools").body().path("seq").asLong();
        assertThat(report(ann, room, seq).status()).isEqualTo(201);
        var wish = Json.object()
                .put("verdict", "agree")
                .put("version", 1)
                .put("reason", "be kind")
                .put("cid", ApiClient.cid());
        wish.putArray("acts").addObject().put("act", "warn");

        try (var reporter = ChatClient.connect(ann);
                var phone = ChatClient.connect(ben)) {
            String caseId = caseOf(mia, room);
            assertThat(mia.call("POST", "api/v1/cases/" + caseId + "/decisions", wish)
                            .status())
                    .isEqualTo(201);

            JsonNode warning = notice(phone, "warning");
            assertThat(warning.path("text").asText()).isEqualTo("be kind");
            assertThat(notice(reporter, "report").path("outcome").asText()).isEqualTo("upheld");
            try (var laptop = ChatClient.connect(ben)) {
                assertThat(notice(laptop, "warning")).isEqualTo(warning); // which connected later
                assertThat(ben.get("api/v1/notices").body().path("notices"))
                        .singleElement()
                        .isEqualTo(warning);
                String path = "api/v1/notices/" + warning.path("notice").asText() + "/seen";
                assertThat(ben.call("PUT", path, null).status()).isEqualTo(204);
                assertThat(seen(phone).at("/d/notice")).isEqualTo(warning.path("notice"));
                seen(laptop);
            }
            assertThat(ben.get("api/v1/notices").body().path("notices")).isEmpty();
        }
    }

    private static String caseOf(ApiClient staff, String room) {
        for (var row : staff.get("api/v1/cases?limit=50").body().path("cases")) {
            if (row.path("room").asText().equals(room)) {
                return row.path("case").asText();
            }
        }
        throw new AssertionError("the report is not in the queue");
    }
}
