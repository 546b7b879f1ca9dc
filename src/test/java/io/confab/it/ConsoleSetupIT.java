package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.ServerProcess;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A server on which nobody is admin yet: the code in its log makes the first one, once. */
class ConsoleSetupIT {
    private static final Pattern CODE = Pattern.compile("enter this one-time code: (\\S+)");

    @Test
    void codeOfTheLogMakesTheFirstAdminOnce() {
        try (var server = ServerProcess.start(Map.of());
                var browser = Browser.start()) {
            server.awaitReady();
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

    private static void fillIn(Page page, String code, String username) {
        page.getByLabel("Setup code").fill(code);
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(ApiClient.PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Make the admin"))
                .click();
    }
}
