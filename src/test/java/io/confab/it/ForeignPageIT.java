package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.EventStream;
import io.confab.it.support.RawSocket;
import io.confab.it.support.SharedServer;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No page but our own opens a socket with what the browser of a signed-in person holds. */
class ForeignPageIT {
    private final URI base = SharedServer.base();
    private final String own = "http://" + base.getHost() + ":" + base.getPort();
    private final List<String> foreign = List.of(
            "https://evil.example",
            "null",
            "http://" + base.getHost(),
            "https://" + base.getHost() + ":" + base.getPort(),
            own + ".evil.example",
            own + "0",
            "http://evil.example:" + base.getPort());

    private RawSocket chat(String... headers) {
        var all = new HashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return RawSocket.open(base, "ws/v1", all);
    }

    @Test
    void theChatsSocketIsRefusedToForeignPagesBeforeTheUpgrade() {
        String protocols = "chat.v1.json, bearer." + ApiClient.registered(base).access();
        for (String origin : foreign) {
            try (var socket = chat("Sec-WebSocket-Protocol", protocols, "Origin", origin)) {
                assertThat(socket.status()).as(origin).isEqualTo(403);
            }
        }
        try (var socket = chat("Sec-WebSocket-Protocol", protocols, "Origin", own)) {
            assertThat(socket.status()).isEqualTo(101);
            assertThat(socket.header("sec-websocket-protocol")).isEqualTo("chat.v1.json");
        }
    }

    @Test
    void theStreamIsRefusedToForeignPagesWhateverTokenTheyHaveAndTakesNoCookie() {
        var bob = ApiClient.registered(base);
        for (String origin : foreign) {
            var reply = bob.raw("GET", "api/v1/stream", null, "Origin", origin);
            assertThat(reply.status()).as(origin).isEqualTo(403);
            assertThat(reply.code()).as(origin).isEqualTo("forbidden");
            assertThat(reply.raw().headers().firstValue("Content-Type")).contains("application/problem+json");
        }
        try (var stream = EventStream.open(bob, "", "Origin", own)) {
            stream.expect("welcome");
            assertThat(stream.header("access-control-allow-origin")).isEmpty();
        }
        assertThat(new ApiClient(base)
                        .raw("GET", "api/v1/stream", null, "Cookie", "access=" + bob.access())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void withoutAnOriginATokenOpensTheChatAndACookieAloneDoesNot() {
        try (var browser = Browser.start()) {
            Page page = browser.window(1200, 800);
            Console console = signIn(page);
            String token = SharedServer.admin().access();

            try (var socket = chat("Authorization", "Bearer " + token, "Sec-WebSocket-Protocol", "chat.v1.json")) {
                socket.text("{\"t\":\"hello\",\"d\":{}}");
                socket.expect("welcome");
            }
            try (var socket = chat("Cookie", console.cookie(), "Sec-WebSocket-Protocol", "chat.v1.json")) {
                socket.text("{\"t\":\"hello\",\"d\":{}}");
                assertThat(socket.expectClose()).isEqualTo(4500);
                assertThat(socket.texts()).doesNotContain("welcome");
            }
            for (String origin : foreign) {
                try (var socket =
                        RawSocket.open(base, console.push(), Map.of("Cookie", console.cookie(), "Origin", origin))) {
                    assertThat(socket.status()).as(origin).isEqualTo(403);
                }
            }
            try (var socket = RawSocket.open(base, console.push(), Map.of("Cookie", console.cookie()))) {
                assertThat(socket.status()).as("no origin").isEqualTo(403);
            }
            try (var socket = RawSocket.open(base, console.push(), Map.of("Cookie", console.cookie(), "Origin", own))) {
                assertThat(socket.status()).isEqualTo(101);
            }
        }
    }

    /** @param push path of the console's socket, as its own page opens it */
    private record Console(String cookie, String push) {}

    private Console signIn(Page page) {
        page.navigate(base + "admin/overview");
        page.getByLabel("Username").fill("admin");
        page.getByLabel("Password").fill(SharedServer.WIDE.get("confab.admin.password"));
        WebSocket opened = page.waitForWebSocket(
                () -> page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                        .click());
        URI push = URI.create(opened.url());
        String cookie = page.context().cookies().stream()
                .map(each -> each.name + "=" + each.value)
                .reduce((a, b) -> a + "; " + b)
                .orElseThrow();
        return new Console(
                cookie, push.getRawPath().substring(1) + (push.getRawQuery() == null ? "" : "?" + push.getRawQuery()));
    }
}
