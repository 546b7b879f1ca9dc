package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import io.confab.it.support.ApiClient;
import io.confab.it.support.BalancerProcess;
import io.confab.it.support.Browser;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A scene for three nodes: a moderator behind the shipped balancer, whose node dies while a note is half written. */
final class MovedModerator implements AutoCloseable {
    private static final String NOTE = "half of a\nlong note";

    private final ApiClient moderator;
    private final ApiClient about;
    private final BalancerProcess balancer;
    private final Browser browser;
    private final Page page;

    /** Signs in at the node that will die. */
    MovedModerator(ServerProcess dies, ServerProcess... live) {
        moderator = ApiClient.registered(dies.base());
        about = ApiClient.registered(dies.base());
        ConsoleClient.signedIn(dies.base(), "admin", SharedServer.WIDE.get("confab.admin.password"))
                .give(GlobalRole.MODERATOR, moderator.user());
        balancer = BalancerProcess.start(Stream.concat(Stream.of(dies), Stream.of(live))
                .map(ServerProcess::port)
                .toList());
        browser = Browser.start();
        page = browser.window(1200, 800);
        // the balancer's first choice, made for it
        page.context()
                .addCookies(List.of(new Cookie("confab_node", "node1")
                        .setUrl(balancer.base().toString())));
        page.navigate(balancer.base() + "admin/queue");
        signIn();
    }

    /** In the list that is open here, without a word of the page to its node. */
    void seesWhatIsReportedAt(ServerProcess other) {
        assertThat(page.locator("#live")).hasText("live");
        String text = "said at another node";
        String room = about.room("public");
        long seq = about.post(room, text).body().path("seq").asLong();
        var reporter = ApiClient.registered(other.base());
        reporter.join(room);
        var report = Json.object().put("room", room).put("seq", seq).put("type", "spam");
        reporter.call("POST", "api/v1/reports", report);
        assertThat(page.locator("#fresh")).containsText(text);
    }

    void beginsANote() {
        page.navigate(balancer.base() + "admin/user?id=" + about.user());
        note().fill(NOTE);
    }

    private void signIn() {
        page.getByLabel("Username").fill(moderator.username());
        page.getByLabel("Password").fill(ApiClient.PASSWORD);
        page.getByLabel("Password").press("Enter");
    }

    private Locator note() {
        return page.getByLabel("A note, for staff alone");
    }

    private Locator add() {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Add note"));
    }

    /** After the kill: signs in once more, is back on the same page, and has lost nothing of what was typed. */
    void goesOnAtAnother() {
        add().click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Sign in")))
                .isVisible();
        signIn();
        assertThat(page).hasURL(Pattern.compile(".*/admin/user\\?id=" + about.user() + ".*"));
        assertThat(note()).hasValue(NOTE);
        add().click();
        assertThat(page.locator(".notes").first()).containsText("half of a");
    }

    @Override
    public void close() {
        browser.close();
        balancer.close();
    }
}
