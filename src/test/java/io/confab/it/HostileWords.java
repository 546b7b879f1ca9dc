package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.ConsolePage;
import io.confab.it.support.Isolation;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts that would turn or break the line around them, wherever a text is shown. What the API takes as it is: texts of several
 * lines. What it refuses is put into the database by hand.
 */
record HostileWords(ServerProcess node, ApiClient person, String room, long seq, String caseId) {
    private record Words(String database) {
        void sql(String statement, Object... values) throws SQLException {
            try (var connection = DriverManager.getConnection(database);
                    var prepared = connection.prepareStatement(statement)) {
                for (int i = 0; i < values.length; i++) {
                    prepared.setObject(i + 1, values[i]);
                }
                assertThat(prepared.executeUpdate()).as(statement).isPositive();
            }
        }
    }

    static HostileWords everywhere(ServerProcess node, String database) throws SQLException {
        var words = new Words(database);
        ApiClient admin = ConsoleScenes.admin(node);
        var person = ApiClient.registered(node.base());
        var reporter = ApiClient.registered(node.base());
        String room = person.room("public");
        reporter.join(room);
        long seq = person.post(room, Isolation.HOSTILE).body().path("seq").asLong();
        var about = Json.object().put("room", room).put("seq", seq).put("type", "other");
        assertThat(reporter.call("POST", "api/v1/reports", about.put("text", Isolation.HOSTILE))
                        .status())
                .isEqualTo(201);
        String caseId = ConsoleScenes.caseOf(admin, room);
        var note =
                Json.object().put("cid", ApiClient.cid()).put("verdict", "note").put("version", 0);
        assertThat(admin.call("POST", "api/v1/cases/" + caseId + "/decisions", note.put("note", Isolation.HOSTILE))
                        .status())
                .isEqualTo(201);
        refused(node, admin, person, room, seq);
        // first in every list by name
        String name = "0" + Isolation.HOSTILE;
        words.sql("update account set display_name = ? where id = ?", name, person.user());
        words.sql(
                "update account set username = ? where id = ?",
                "0Zorro\u202E" + ApiClient.cid().substring(0, 8),
                person.user());
        words.sql("update account set display_name = ? where id = ?", name, reporter.user());
        words.sql(
                "update account set suspended_why = ?, suspended_until = 253402300799000 where id = ?",
                name,
                person.user());
        words.sql("update sign_in set client = ? where account_id = ?", name, person.user());
        words.sql("update room set name = ?, topic = ? where id = ?", name, name, room);
        words.sql("update mod_decision set reason = ? where case_id = ?", name, caseId);
        long now = System.currentTimeMillis();
        words.sql(
                "insert into job (id, kind, request, back_ms, mute_ms, text, all_rooms, by_id, why, told, ordered_at,"
                        + " expected, done_at) values ('j_hostile', 'announcement', 'x', 0, 0, ?, false, ?, ?, ?, ?, 1, ?)",
                Isolation.HOSTILE,
                person.user(),
                name,
                name,
                now,
                now);
        words.sql(
                "insert into job_room (job_id, room_id, state, passed, done, failed, note)"
                        + " values ('j_hostile', ?, 'done', 1, 1, 0, '')",
                room);
        words.sql("update reason_template set title = ?, text = ?, note = ? where id = 't_spam'", name, name, name);
        words.sql(
                "insert into audit (at, actor_id, act, target, state_before, state_after, why, address)"
                        + " values (?, ?, 'user.suspend', ?, ?, ?, ?, '192.0.2.1')",
                now,
                person.user(),
                person.user(),
                name,
                name,
                name);
        return new HostileWords(node, person, room, seq, caseId);
    }

    private static void refused(ServerProcess node, ApiClient admin, ApiClient person, String room, long seq) {
        String turned = "why \u202Eton";
        String encoded = URLEncoder.encode(turned, StandardCharsets.UTF_8);
        var name = Json.object().put("username", "u" + System.nanoTime()).put("password", ApiClient.PASSWORD);
        String rooms = "api/v1/rooms/" + room;
        var refusals = List.of(
                new ApiClient(node.base()).call("POST", "api/v1/register", name.put("display_name", turned)),
                person.call("PATCH", rooms, Json.object().put("name", turned)),
                person.call("PATCH", rooms, Json.object().put("topic", turned)),
                admin.call("PUT", rooms + "/sanctions/" + person.user() + "/mute", reason(turned)),
                admin.call("DELETE", rooms + "/messages/" + seq + "?reason=" + encoded, null),
                admin.call("PUT", rooms + "/messages/" + seq + "/hidden", reason(turned)),
                admin.call("PUT", "api/v1/users/" + person.user() + "/suspension", reason(turned)),
                admin.call("DELETE", "api/v1/users/" + person.user() + "/suspension?reason=" + encoded, null),
                admin.call("POST", "api/v1/nodes/all/orders", reason(turned).put("do", "self_test")),
                admin.get(rooms + "/messages/" + seq + "/withheld?reason=" + encoded));
        assertThat(refusals).extracting(ApiClient.Reply::code).containsOnly("bad_request");
    }

    private static ObjectNode reason(String text) {
        return Json.object().put("reason", text);
    }

    private String address(ConsolePage page) {
        return page.name()
                + page.parameters()
                        .replace("ROOM", room)
                        .replace("USER", person.user())
                        .replace("SEQ", Long.toString(seq))
                        .replace("CASE", caseId)
                        .replace("JOB", "j_hostile");
    }

    void touchNothingAroundThem() {
        try (var browser = Browser.start()) {
            Page page = browser.window(1200, 900);
            page.navigate(node.base() + "admin/overview");
            page.getByLabel("Username").fill("admin");
            page.getByLabel("Password").fill(SharedServer.WIDE.get("confab.admin.password"));
            page.getByText("Sign in").last().click();
            page.waitForURL("**/admin/overview");
            var addresses = new ArrayList<String>();
            ConsolePage.ALL.forEach(each -> addresses.add(address(each)));
            String where = "&room=" + room + "&user=" + person.user();
            addresses.addAll(List.of(
                    "act?do=msg.delete&room=" + room + "&seq=" + seq,
                    "act?do=mute" + where,
                    "act?do=unsuspend&user=" + person.user(),
                    "audit?target=" + person.user(),
                    "queue?state=open",
                    "room?id=" + room + "&around=" + seq));
            var found = new HashMap<String, Isolation.Seen>();
            for (String address : addresses) {
                page.navigate(node.base() + "admin/" + address);
                found.put(address.replaceAll("[?].*", ""), Isolation.assertKept(page, address));
                browser.picture(page, "hostile-" + address.replaceAll("\\W.*", ""));
            }
            assertThat(found.entrySet())
                    .filteredOn(entry -> entry.getValue().found() > 0)
                    .extracting(Map.Entry::getKey)
                    .contains(
                            "act",
                            "audit",
                            "deletion",
                            "delivery",
                            "job",
                            "jobs",
                            "queue",
                            "report",
                            "room",
                            "rooms",
                            "sessions",
                            "templates",
                            "user",
                            "users");
            page.navigate(node.base() + "admin/audit?target=" + person.user());
            assertThat(Isolation.assertKept(page, "audit").turned()).isFalse();
            assertThat(page.locator("tbody").innerText()).contains("\u27E8U+202E\u27E9", "\u27E8U+2067\u27E9");
        }
    }
}
