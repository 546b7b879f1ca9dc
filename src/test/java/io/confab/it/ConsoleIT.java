package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An admin at home in the console, and everybody else kept out; the real pages in a real browser. */
class ConsoleIT {
    private static final List<String> PAGES = List.of(
            "overview", "users", "rooms", "room?id=r_1", "user?id=u_1", "act?do=ban&room=r_1&user=u_1", "audit");
    private static Browser browser;
    private static URI base;

    @BeforeAll
    static void startBrowser() {
        base = SharedServer.base();
        browser = Browser.start();
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
    }

    private static Page signIn(String username, String password) {
        Page page = browser.window(1200, 800);
        page.navigate(base + "admin/overview");
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        return page;
    }

    private static Page admin() {
        Page page = signIn("admin", SharedServer.WIDE.get("confab.admin.password"));
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Overview")))
                .isVisible();
        return page;
    }

    private static void act(Page page, String address, String why, String button) {
        page.navigate(base + "admin/act?" + address);
        page.getByLabel("Reason").fill(why);
        page.locator("form input[type=submit], form button").last().click();
        assertThat(page.locator("body")).not().containsText("Say why: it stands");
        assertThat(page.locator("h1")).not().hasText(button);
    }

    @Test
    void anAdminReadsARoomDeletesMutesBansAndEachActLeavesItsLine() {
        var ann = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        String room = ann.room("public");
        ben.join(room);
        long seq = ben.post(room, "buy <b>now</b>").body().path("seq").asLong();
        try (var watching = ChatClient.connect(ann, room)) {
            Page page = admin();
            assertThat(page.locator("#live")).hasAttribute("data-state", "live");
            browser.picture(page, "console-overview");

            page.navigate(base + "admin/room?id=" + room);
            Locator reason = page.getByLabel("Reason for reading");
            if (reason.count() > 0) {
                reason.fill("a report");
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show the messages"))
                        .click();
            }
            assertThat(page.getByText("buy <b>now</b>")).isVisible();
            browser.picture(page, "console-room");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            browser.picture(page, "console-room-dark");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
            page.setViewportSize(390, 800);
            browser.picture(page, "console-room-narrow");
            page.setViewportSize(1200, 800);

            act(page, "do=msg.delete&room=" + room + "&seq=" + seq, "advertising", "Delete");
            watching.expect(
                    "deletion",
                    frame -> frame.path("t").asText().equals("msg.deleted")
                            && frame.at("/d/seq").asLong() == seq);
            act(page, "do=mute&room=" + room + "&user=" + ben.user(), "advertising", "Mute");
            watching.expect(
                    "mute",
                    frame -> frame.path("t").asText().equals("sanction.set")
                            && frame.at("/d/kind").asText().equals("mute"));
            assertThat(ben.post(room, "again").code()).isEqualTo("muted");
            act(page, "do=ban&room=" + room + "&user=" + ben.user(), "advertising", "Ban");
            assertThat(ben.post(room, "again").code()).isEqualTo("banned");

            page.navigate(base + "admin/audit");
            for (String word : List.of("msg.delete", "mute", "ban")) {
                assertThat(page.locator("body")).containsText(word);
            }
            assertThat(page.locator("body")).containsText("advertising");
            browser.picture(page, "console-audit");
            page.navigate(base + "admin/users");
            assertThat(page.locator("body")).containsText("admin");
            browser.picture(page, "console-users");
            page.navigate(base + "admin/rooms");
            browser.picture(page, "console-rooms");
            page.navigate(base + "admin/user?id=" + ben.user());
            assertThat(page.locator("body")).containsText(ben.username());
            browser.picture(page, "console-user");
        }
        // PrimeFaces sets a few style attributes, which the policy blocks; a blocked or failing script is a fault
        assertThat(browser.errors()).noneMatch(error -> error.contains("script") && !error.contains("inline style"));
    }

    @Test
    void whoIsNotStaffDoesNotGetIn() {
        var ann = ApiClient.registered(base);
        Page page = signIn(ann.username(), ApiClient.PASSWORD);

        assertThat(page.locator(".problems").first()).containsText("not staff");
        for (String address : PAGES) {
            page.navigate(base + "admin/" + address);
            assertThat(page.getByLabel("Password")).isVisible();
        }
        browser.picture(page, "console-signin");
    }

    @Test
    void nobodySeesAPageAndTheCookieIsUselessOnTheApi() throws IOException, InterruptedException {
        var http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        for (String address : PAGES) {
            for (String form : List.of("", ".xhtml")) {
                String path = address.contains("?") ? address.replace("?", form + "?") : address + form;
                var answer = http.send(
                        HttpRequest.newBuilder(base.resolve("admin/" + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path).isEqualTo(303);
                assertThat(answer.headers().firstValue("location").orElse("")).startsWith("/admin/signin");
            }
        }
        Page page = admin();
        String cookie = page.context().cookies().stream()
                .map(each -> each.name + "=" + each.value)
                .reduce((a, b) -> a + "; " + b)
                .orElseThrow();
        var api = http.send(
                HttpRequest.newBuilder(base.resolve("api/v1/me"))
                        .header("Cookie", cookie)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(api.statusCode()).isEqualTo(401);
        assertThat(page.context().cookies()).allMatch(each -> each.httpOnly && each.path.startsWith("/admin"));
    }
}
