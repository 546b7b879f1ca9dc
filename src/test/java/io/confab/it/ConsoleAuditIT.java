package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The audit trail for who has to answer for it: verified and taken away, through the page and by hand. */
class ConsoleAuditIT {
    private static final String ADMIN_PASSWORD = SharedServer.WIDE.get("confab.admin.password");
    private static final String FORMULA = "=HYPERLINK(\"http://evil.example\",\"look\")";

    private static Browser browser;
    private static URI base;
    private static ConsoleClient admin;

    @BeforeAll
    static void start() {
        base = SharedServer.base();
        browser = Browser.start();
        admin = ConsoleClient.signedIn(base, "admin", ADMIN_PASSWORD);
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    @AfterEach
    void pagesAreWithoutFault() {
        assertThat(browser.takeErrors()).isEmpty();
    }

    private static ApiClient staff(GlobalRole role) {
        var person = ApiClient.registered(base);
        admin.give(role, person.user());
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
        Download download = page.waitForDownload(() -> page.getByRole(
                        AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true))
                .click());
        assertThat(download.suggestedFilename()).matches("audit-20\\d\\d-\\d\\d-\\d\\d\\." + link.toLowerCase());
        return Files.readString(download.path());
    }

    private static void press(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    @Test
    void auditorFiltersTakesTheLinesAwayAndVerifiesThem() throws IOException {
        var ben = ApiClient.registered(base);
        admin.act("do=suspend&user=" + ben.user(), FORMULA, Map.of());
        admin.act("do=unsuspend&user=" + ben.user(), "he is sorry", Map.of());
        ApiClient auditor = staff(GlobalRole.AUDITOR);
        JsonNode lines = sealedLines(auditor, ben.user(), 2);
        Page page = browser.window(1200, 800);
        page.navigate(base + "admin/audit?target=" + ben.user());
        page.getByLabel("Username").fill(auditor.username());
        page.getByLabel("Password").fill(ApiClient.PASSWORD);
        press(page, "Sign in");
        assertThat(page.locator("tbody tr").first()).containsText("he is sorry");
        assertThat(page.locator("tbody tr").first())
                .containsText(lines.get(1).path("number").asText());

        String csv = file(page, "CSV");
        String json = file(page, "JSON");

        assertThat(csv.lines()).hasSize(3).anySatisfy(line -> assertThat(line)
                .contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"look\"\")\","));
        assertThat(Json.read(json).path("lines")).isEqualTo(lines);
        press(page, "Verify");
        assertThat(page.locator("[role=status] .good"))
                .hasText(Pattern.compile("Lines 1 to \\d+ are as they were sealed\\..*"));
        browser.picture(page, "console-audit-verified");
        page.getByLabel("A head you kept").fill("the day before yesterday");
        press(page, "Verify");
        assertThat(page.locator("[role=status] .bad")).containsText("A head is a number");
        JsonNode last = lines.get(1);
        page.getByLabel("A head you kept")
                .fill(last.path("number").asText() + ":" + last.path("hash").asText());
        press(page, "Verify");
        assertThat(page.locator("[role=status] .good")).isVisible();
        page.getByLabel("A head you kept").fill(last.path("number").asText() + ":" + "0".repeat(64));
        press(page, "Verify");
        assertThat(page.locator("[role=status] .bad"))
                .containsText("Line " + last.path("number").asText() + " is not the head that was kept");
        pictures(page);
    }

    private static void pictures(Page page) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        browser.picture(page, "console-dark-audit-verified");
        page.setViewportSize(390, 844);
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        browser.picture(page, "console-narrow-audit-verified");
        page.locator("#chainHeading").scrollIntoViewIfNeeded();
        browser.picture(page, "console-narrow-audit-chain");
    }

    @Test
    void onlyAuditorsAndAdminsTakeItAwayOrVerifyIt() {
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
        assertThat(moderating.get("audit").html()).contains("Audit trail").doesNotContain("audit.csv", "Verify");
        assertThat(auditing.get("audit").html()).contains("audit.csv", "Verify");
        for (String call : List.of("api/v1/audit?limit=1", "api/v1/audit/verification")) {
            assertThat(moderator.get(call).status()).as(call).isEqualTo(403);
            assertThat(auditor.get(call).status()).as(call).isEqualTo(200);
        }

        admin.give(GlobalRole.MODERATOR, auditor.user()); // the same sessions, no longer an auditor's

        assertThat(auditing.get("audit.csv").status()).isEqualTo(403);
        assertThat(auditor.get("api/v1/audit").status()).isEqualTo(403);
    }

    @Test
    void whoGoesOnBehindTheLastLineGetsEachOnce() {
        var ben = ApiClient.registered(base);
        for (int i = 0; i < 3; i++) {
            admin.act("do=suspend&user=" + ben.user(), "once", Map.of());
            admin.act("do=unsuspend&user=" + ben.user(), "more", Map.of());
        }
        ApiClient overseer = SharedServer.admin();
        JsonNode all = sealedLines(overseer, ben.user(), 6);

        JsonNode first = overseer.get("api/v1/audit?limit=4&target=" + ben.user()).body();
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
