package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.CutProxy;
import io.confab.it.support.SharedServer;
import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two people at two browser windows, on the real server: the story of the README. */
class ChatPageIT {
    private static Browser browser;
    private static CutProxy network;

    @BeforeAll
    static void startBrowser() {
        network = new CutProxy(SharedServer.base());
        browser = Browser.start();
    }

    @AfterAll
    static void stopBrowser() throws IOException {
        browser.close();
        network.close();
    }

    private static Page register(String username, URI address) {
        Page page = browser.window(1100, 720);
        page.navigate(address.toString());
        button(page, "Create an account").click();
        page.getByLabel("User name").fill(username);
        page.getByLabel("Password", new Page.GetByLabelOptions().setExact(false))
                .first()
                .fill(ApiClient.PASSWORD);
        button(page, "Create account").click();
        return page;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name))
                .first();
    }

    private static void say(Page page, String text) {
        page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true)).fill(text);
        button(page, "Send").click();
    }

    private static Locator message(Page page, String text) {
        return page.locator("li.message").filter(new Locator.FilterOptions().setHasText(text));
    }

    private static String name(String prefix) {
        return prefix + UUID.randomUUID().toString().substring(0, 8);
    }

    @Test
    void twoPeopleChatLoseTheNetworkAndMissNothing() {
        String room = name("Garden ");
        Page ann = register(name("ann"), network.base());
        button(ann, "Create a room").click();
        ann.getByLabel("Name").first().fill(room);
        ann.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Create").setExact(true))
                .click();
        say(ann, "hello from ann");
        assertThat(message(ann, "hello from ann").locator(".state.sent")).isVisible();

        Page ben = register(name("ben"), SharedServer.base());
        browser.picture(ben, "chat-empty");
        button(ben, "Browse public rooms").click();
        ben.locator("ul.browse li")
                .filter(new Locator.FilterOptions().setHasText(room))
                .getByRole(AriaRole.BUTTON)
                .click();
        assertThat(message(ben, "hello from ann")).isVisible();
        ben.getByLabel("Message", new Page.GetByLabelOptions().setExact(true)).pressSequentially("typing …");
        assertThat(ann.locator(".typing")).containsText("is typing");
        browser.picture(ann, "chat-typing");

        say(ben, "hello from ben");
        assertThat(message(ann, "hello from ben")).isVisible();

        message(ann, "hello from ann").hover();
        message(ann, "hello from ann").getByLabel("Edit").click();
        ann.getByLabel("Message", new Page.GetByLabelOptions().setExact(true)).fill("good morning from ann");
        ann.keyboard().press("Enter");
        assertThat(message(ben, "good morning from ann")).isVisible();
        assertThat(message(ben, "good morning from ann").locator(".state")).containsText("edited");

        network.cut();
        say(ann, "written offline, one");
        say(ann, "written offline, two");
        assertThat(ann.locator("#banner")).isVisible();
        browser.picture(ann, "chat-offline");
        ben.getByLabel("Message", new Page.GetByLabelOptions().setExact(true)).fill("said while ann was away");
        button(ben, "Send").click();
        assertThat(message(ben, "said while ann was away").locator(".state.sent"))
                .isVisible();
        network.mend();

        for (Page page : new Page[] {ann, ben}) {
            for (String text : new String[] {
                "written offline, one", "written offline, two", "said while ann was away", "hello from ben"
            }) {
                assertThat(message(page, text)).hasCount(1);
                assertThat(message(page, text)).isVisible();
            }
        }
        assertThat(message(ann, "written offline, two").locator(".state.sent")).isVisible();
        browser.picture(ann, "chat-full");
        browser.picture(ben, "chat-other");
        ann.setViewportSize(390, 760);
        browser.picture(ann, "chat-narrow");
        ann.setViewportSize(1100, 720);
        ann.emulateMedia(
                new Page.EmulateMediaOptions().setColorScheme(com.microsoft.playwright.options.ColorScheme.DARK));
        browser.picture(ann, "chat-dark");

        message(ann, "good morning from ann").hover();
        message(ann, "good morning from ann").getByLabel("Delete").click();
        ann.locator("dialog")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete"))
                .click();
        assertThat(message(ben, "good morning from ann")).hasCount(0);
        assertThat(ben.getByText("This message was deleted.")).isVisible();

        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whatOthersWriteIsNeverRunAsScript() {
        String evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        String room = "<b>" + name("room ") + "</b>";
        Page ann = register(name("eve"), SharedServer.base());
        button(ann, "Create a room").click();
        ann.getByLabel("Name").first().fill(room);
        ann.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Create").setExact(true))
                .click();
        say(ann, evil);

        Page ben = register(name("ben"), SharedServer.base());
        button(ben, "Browse public rooms").click();
        Locator found = ben.locator("ul.browse li").filter(new Locator.FilterOptions().setHasText(room));
        assertThat(found).containsText(room);
        found.getByRole(AriaRole.BUTTON).click();

        for (Page page : new Page[] {ann, ben}) {
            assertThat(message(page, evil)).isVisible();
            assertThat(message(page, evil).locator("img, script")).hasCount(0);
            assertThat(page.locator(".title h2")).hasText(room);
            assertThat(page.locator("b").filter(new Locator.FilterOptions().setHasText("room ")))
                    .hasCount(0);
            assertThat(page.title()).doesNotContain("owned");
        }
        assertThat(browser.errors()).isEmpty();
    }
}
