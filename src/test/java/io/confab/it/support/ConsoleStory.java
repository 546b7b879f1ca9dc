package io.confab.it.support;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.confab.kernel.GlobalRole;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/**
 * What tests of the console in a real browser begin with: the shared server, people of each role, and the words for what
 * they do on a page. Whatever a page writes to the browser's console as an error fails the test: scripts, styles that the
 * policy blocks, files that are missing.
 */
public abstract class ConsoleStory {
    protected static final String ADMIN_PASSWORD = SharedServer.WIDE.get("confab.admin.password");
    private static final Pattern BUSY = Pattern.compile(".*(loading|disabled).*");
    protected static Browser browser;
    protected static URI base;
    /** The admin without a browser: sets scenes. */
    protected static ConsoleClient adminByHand;

    @BeforeAll
    static void startBrowser() {
        base = SharedServer.base();
        browser = Browser.start();
        adminByHand = ConsoleClient.signedIn(base, "admin", ADMIN_PASSWORD);
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
    }

    @AfterEach
    void pagesAreWithoutFault() {
        assertThat(browser.takeErrors()).isEmpty();
    }

    /** A new window in which somebody signs in, whatever comes of it. */
    protected static Page signIn(String username, String password) {
        return signIn(browser.window(1200, 800), username, password);
    }

    /** Likewise, in this window. */
    protected static Page signIn(Page page, String username, String password) {
        page.navigate(base + "admin/overview");
        fillIn(page, username, password);
        return page;
    }

    /** The form of the sign-in page. */
    protected static void fillIn(Page page, String username, String password) {
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(password);
        button(page, "Sign in").click();
    }

    /** A new window of the admin. */
    protected static Page admin() {
        Page page = signIn("admin", ADMIN_PASSWORD);
        assertThat(heading(page, "Overview")).isVisible();
        return page;
    }

    /** A new window of this person, who becomes staff. */
    protected static Page staff(ApiClient person, GlobalRole role) {
        adminByHand.give(role, person.user());
        Page page = signIn(person.username(), ApiClient.PASSWORD);
        assertThat(heading(page, "Overview")).isVisible();
        return page;
    }

    protected static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    protected static Locator heading(Page page, String name) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name));
    }

    protected static Locator link(Page page, String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The sentence of what was done, without the offer to take it back. */
    protected static Locator said(Page page) {
        return page.locator("p.notice:visible, .notice:visible > p");
    }

    /** Opens the act, says why, does it, and is back with the good news. */
    protected static void act(Page page, Locator link, String why, String button, String done) {
        link.click();
        page.getByLabel("Reason").fill(why);
        button(page, button).click();
        assertThat(said(page)).hasText(done);
    }

    /** Clicks twice within 30 ms, as an unsteady hand does. */
    protected static void twice(Locator button) {
        button.evaluate("button => { button.click(); setTimeout(() => button.click(), 30); }");
    }

    /** By the Enter key: a search needs no mouse. */
    protected static void search(Page page, String label, String text) {
        // for a moment after a search the button takes no other
        assertThat(page.locator("button[id$=find]")).not().hasClass(BUSY);
        page.getByLabel(label).fill(text);
        page.waitForResponse(
                response -> response.request().method().equals("POST"),
                () -> page.getByLabel(label).press("Enter"));
    }

    /**
     * This page as it stands, in light and in dark and on a phone's width: nothing serious by axe, nothing that scrolls
     * sideways, and three pictures to be looked at, {@code console-NAME-light}, {@code -dark} and {@code -narrow}.
     */
    protected static void look(Page page, String name) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.setViewportSize(1200, 800);
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            Axe.assertNothingSerious(page, name);
            browser.picture(page, "console-" + name + "-" + scheme.name().toLowerCase(Locale.ROOT));
        }
        page.setViewportSize(390, 844);
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("%s fits a phone's width", name)
                .isEqualTo(true);
        browser.picture(page, "console-" + name + "-narrow");
        page.setViewportSize(1200, 800);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }
}
