package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ConsoleStory;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What auditors and admins see beyond other staff, through the page and by hand: the audit trail verified and taken away, and
 * every setting.
 */
class ConsoleOversightIT extends ConsoleStory {
    private static final String FORMULA = "=HYPERLINK(\"http://evil.example\",\"look\")";

    private static ApiClient staff(GlobalRole role) {
        var person = ApiClient.registered(base);
        adminByHand.give(role, person.user());
        return person;
    }

    /** The lines of one target, once they are sealed. */
    private static JsonNode sealedLines(ApiClient overseer, String target, int count) {
        var lines = new JsonNode[1];
        await("the lines are sealed").atMost(Duration.ofSeconds(20)).until(() -> {
            lines[0] = overseer.get("api/v1/audit?target=" + target).body().path("lines");
            return lines[0].size() == count;
        });
        return lines[0];
    }

    private static String file(Page page, String link) throws IOException {
        Download download = page.waitForDownload(() -> link(page, link).click());
        assertThat(download.suggestedFilename())
                .matches("audit-20\\d\\d-\\d\\d-\\d\\d\\." + link.toLowerCase(Locale.ROOT));
        return Files.readString(download.path());
    }

    @Test
    void auditorFiltersTakesTheLinesAwayAndVerifiesThem() throws IOException {
        var ben = ApiClient.registered(base);
        adminByHand.act("do=suspend&user=" + ben.user(), FORMULA, Map.of());
        adminByHand.act("do=unsuspend&user=" + ben.user(), "he is sorry", Map.of());
        var auditor = ApiClient.registered(base);
        Page page = staff(auditor, GlobalRole.AUDITOR);
        JsonNode lines = sealedLines(auditor, ben.user(), 2);
        page.navigate(base + "admin/audit?target=" + ben.user());
        assertThat(page.locator("tbody tr").first()).containsText("he is sorry");
        assertThat(page.locator("tbody tr").first())
                .containsText(lines.get(1).path("number").asText());

        String csv = file(page, "CSV");
        String json = file(page, "JSON");

        assertThat(csv.lines())
                .hasSize(3)
                .anySatisfy(line ->
                        assertThat(line).contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"look\"\")\","));
        assertThat(Json.read(json).path("lines")).isEqualTo(lines);
        button(page, "Verify").click();
        assertThat(page.locator("[role=status] .good"))
                .hasText(Pattern.compile("Lines 1 to \\d+ are as they were sealed\\..*"));
        look(page, "audit-verified");
        page.getByLabel("A head you kept").fill("the day before yesterday");
        button(page, "Verify").click();
        assertThat(page.locator("[role=status] .bad")).containsText("A head is a number");
        JsonNode last = lines.get(1);
        page.getByLabel("A head you kept")
                .fill(last.path("number").asText() + ":" + last.path("hash").asText());
        button(page, "Verify").click();
        assertThat(page.locator("[role=status] .good")).isVisible();
        page.getByLabel("A head you kept").fill(last.path("number").asText() + ":" + "0".repeat(64));
        button(page, "Verify").click();
        assertThat(page.locator("[role=status] .bad"))
                .containsText("Line " + last.path("number").asText() + " is not the head that was kept");
        browser.picture(page, "console-audit-wrong");
    }

    @Test
    void auditorFindsASettingAndSeesNoSecret() {
        Page page = staff(ApiClient.registered(base), GlobalRole.AUDITOR);
        link(page, "Settings").click();
        assertThat(heading(page, "Settings")).isVisible();
        assertThat(page.locator("tbody tr")).not().hasCount(1);
        look(page, "settings");

        page.getByLabel("Key or environment name").fill("CONSOLE_PUSH");
        page.keyboard().press("Enter");
        assertThat(page.locator("tbody tr")).hasCount(1);
        assertThat(page.locator("tbody tr")).containsText("confab.console.push");
        assertThat(page.locator("tbody tr")).containsText("500ms");
        assertThat(page.locator("tbody tr")).containsText("2s");
        assertThat(page).hasURL(Pattern.compile(".*[?&]q=CONSOLE_PUSH.*"));
        page.getByLabel("Key or environment name").fill("confab.");
        page.getByLabel("only what is set here").check();
        page.keyboard().press("Enter");

        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("confab.admin.password")))
                .containsText("set, not shown");
        assertThat(page.content()).doesNotContain(ADMIN_PASSWORD);
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("confab.db.pool")))
                .hasCount(0);
        browser.picture(page, "console-settings-set");
        page.getByLabel("Key or environment name").fill("\"><b>no</b>");
        page.keyboard().press("Enter");
        assertThat(page.locator(".empty")).hasText("No setting has such a name.");
        assertThat(page.locator("main b")).hasCount(0);
    }

    @Test
    void onlyAuditorsAndAdminsTakeItAwayOrVerifyItOrSeeSettings() {
        ApiClient moderator = staff(GlobalRole.MODERATOR);
        ApiClient auditor = staff(GlobalRole.AUDITOR);
        var moderating = ConsoleClient.signedIn(base, moderator.username(), ApiClient.PASSWORD);
        var auditing = ConsoleClient.signedIn(base, auditor.username(), ApiClient.PASSWORD);
        for (String file : List.of("audit.csv", "audit.json")) {
            assertThat(new ConsoleClient(base).get(file).status()).as(file).isEqualTo(303);
            assertThat(moderating.get(file).status()).as(file).isEqualTo(403);
            assertThat(auditing.get(file + "?act=no.such.act").status())
                    .as(file)
                    .isEqualTo(200);
        }
        assertThat(new ConsoleClient(base).get("settings").status()).isEqualTo(303);
        assertThat(moderating.get("settings").status()).isEqualTo(403);
        assertThat(auditing.get("settings").html()).contains("confab.db.url");
        assertThat(moderating.get("audit").html())
                .contains("Audit trail")
                .doesNotContain("audit.csv", "Verify", "Settings");
        assertThat(auditing.get("audit").html()).contains("audit.csv", "Verify");
        for (String call : List.of("api/v1/audit?limit=1", "api/v1/audit/verification", "api/v1/settings")) {
            assertThat(moderator.get(call).status()).as(call).isEqualTo(403);
            assertThat(auditor.get(call).status()).as(call).isEqualTo(200);
        }

        adminByHand.give(GlobalRole.MODERATOR, auditor.user()); // the same sessions, no longer an auditor's

        assertThat(auditing.get("audit.csv").status()).isEqualTo(403);
        assertThat(auditor.get("api/v1/audit").status()).isEqualTo(403);
    }

    @Test
    void theLineOfAnActInARoomSaysWhereItCameFromAndNoMemberReadsIt() {
        var owner = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        String room = owner.room("public");
        ben.join(room);
        String mute = "api/v1/rooms/" + room + "/sanctions/" + ben.user() + "/mute";
        ObjectNode why = Json.object().put("reason", "too loud");

        assertThat(owner.raw("PUT", mute, Json.write(why), "X-Forwarded-For", "203.0.113.7")
                        .status())
                .isEqualTo(200);
        try (var socket = ChatClient.openFrom("2001:db8::8", owner)) {
            socket.send("hello", null, Json.object());
            socket.expect("resumed");
            ObjectNode whom = Json.object().put("user", ben.user()).put("kind", "mute");
            socket.expectOk(socket.send("room.unsanction", room, whom.deepCopy()));
            owner.refresh();
            socket.expectOk(socket.send("auth", null, Json.object().put("access", owner.access())));
            socket.expectOk(socket.send("room.sanction", room, whom.put("kind", "ban")));
        }

        assertThat(sealedLines(SharedServer.admin(), room, 3))
                .extracting(line -> line.path("act").asText() + " from "
                        + line.path("address").asText())
                .containsExactly(
                        "sanction.set from 203.0.113.7",
                        "sanction.lifted from 2001:db8:0:0:0:0:0:8",
                        "sanction.set from 2001:db8:0:0:0:0:0:8");
        assertThat(owner.get("api/v1/rooms/" + room + "/events?after=0").raw().body())
                .contains("too loud")
                .doesNotContain("203.0.113.7", "2001:db8");
    }

    @Test
    void whoGoesOnBehindTheLastLineGetsEachOnce() {
        var ben = ApiClient.registered(base);
        for (int i = 0; i < 3; i++) {
            adminByHand.act("do=suspend&user=" + ben.user(), "once", Map.of());
            adminByHand.act("do=unsuspend&user=" + ben.user(), "more", Map.of());
        }
        ApiClient overseer = SharedServer.admin();
        JsonNode all = sealedLines(overseer, ben.user(), 6);

        JsonNode first =
                overseer.get("api/v1/audit?limit=4&target=" + ben.user()).body();
        JsonNode rest = overseer.get("api/v1/audit?limit=4&target=" + ben.user() + "&after=" + first.path("next"))
                .body();

        assertThat(first.path("more").asBoolean()).isTrue();
        assertThat(first.path("lines")).hasSize(4);
        assertThat(rest.path("more").asBoolean()).isFalse();
        assertThat(rest.at("/lines/0")).isEqualTo(all.get(4));
        assertThat(rest.at("/lines/1")).isEqualTo(all.get(5));
        assertThat(overseer.get("api/v1/audit?act=user.suspend&target=" + ben.user())
                        .body()
                        .path("lines"))
                .hasSize(3);
    }
}
