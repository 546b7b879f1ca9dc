package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ListeningSockets;
import io.confab.it.support.RawSocket;
import io.confab.it.support.ServerProcess;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A server of which nothing was set, as it is after its first start: where it listens, and that the code in its log makes the
 * first admin, once. That PostgreSQL's URL alone is enough to start on it is seen in {@link KilledInABurstIT}.
 */
class ServerStartIT {
    private static final Pattern CODE = Pattern.compile("enter this one-time code: (\\S+)");

    private static final Pattern CHANNEL = Pattern.compile("queue\\?[0-9a-f-]{36}");

    private static ServerProcess server;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(Map.of()).awaitReady();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void listensOnItsOwnPortOfTheLoopbackAddressAndNowhereElse() throws IOException, InterruptedException {
        assertThat(ListeningSockets.of(server.pid())).containsExactly(ListeningSockets.loopback(server.port()));
        assertThat(get("health/ready").body()).contains("\"UP\"");
        assertThat(get("health/live").statusCode()).isEqualTo(200);
        assertThat(get("server-metrics").statusCode()).isNotEqualTo(200);
        assertThat(get("health").headers().map()).doesNotContainKeys("server", "x-powered-by");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.base().resolve(path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void codeOfTheLogMakesTheFirstAdminOnce() {
        try (var browser = Browser.start()) {
            server.awaitLog("one-time code", Duration.ofSeconds(10));
            var found = CODE.matcher(server.latestLog());
            assertThat(found.find()).isTrue();
            Page page = browser.window(1200, 800);

            page.navigate(server.base() + "admin/");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("make the first admin"))
                    .click();
            fillIn(page, "not the code", "boss");
            assertThat(page.locator(".problems")).containsText("the setup code is wrong");
            browser.picture(page, "console-setup");
            page.context().clearCookies(); // as when this page stood open for too long
            fillIn(page, found.group(1), "boss");
            assertThat(page.locator(".notice:visible")).containsText("nothing was changed");
            fillIn(page, found.group(1), "boss");
            assertThat(page.locator(".notice:visible")).hasText("The admin boss is made. Sign in.");
            theFirstListOfReportsIsLive();

            page.getByLabel("Username").fill("boss");
            page.getByLabel("Password").fill(ApiClient.PASSWORD);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                    .click();
            assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Overview")))
                    .isVisible();
            assertThat(browser.errors()).isEmpty();
            assertThat(page.navigate(server.base() + "admin/setup").status()).isEqualTo(404);
            assertThat(page.locator("h1")).hasText("Not found");
        }
    }

    /** Nobody has reported anything yet, and no such list was open before. Its socket comes as from a browser: without the cookie of /admin. */
    private static void theFirstListOfReportsIsLive() {
        var boss = ConsoleClient.signedIn(server.base(), "boss", ApiClient.PASSWORD);
        var channel = CHANNEL.matcher(boss.get("queue").html());
        assertThat(channel.find()).isTrue();
        String origin = server.base().toString().replaceAll("/$", "");
        try (var socket =
                RawSocket.open(server.base(), "omnifaces.push/" + channel.group(), Map.of("Origin", origin))) {
            var ann = ApiClient.registered(server.base());
            var about = ApiClient.registered(server.base());
            var wish = Json.object().put("user", about.user()).put("type", "spam");

            assertThat(ann.call("POST", "api/v1/reports", wish.put("text", "each day"))
                            .status())
                    .isEqualTo(201);

            socket.expect(about.username());
        }
    }

    private static void fillIn(Page page, String code, String username) {
        page.getByLabel("Setup code").fill(code);
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(ApiClient.PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Make the admin"))
                .click();
    }
}
