package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Authenticator;
import io.confab.it.support.ConsoleStory;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The second factor, and who comes in with a reach of some rooms only, in a real browser. */
class ConsoleDoorsIT extends ConsoleStory {
    private static final String CODE = "Code";

    /** Sets up a factor on the page that is open, and gives what it leaves. */
    private record Factor(Authenticator app, List<String> recoveryCodes) {}

    private static Factor setUp(Page page) {
        page.getByLabel("Your password").fill(ApiClient.PASSWORD);
        button(page, "Begin").click();
        assertThat(page.locator("svg.qr")).isVisible();
        var app = new Authenticator(page.locator("code.secret").innerText());
        page.getByLabel("The code that the app shows now").fill(app.code());
        button(page, "Put it in force").click();
        assertThat(page.locator(".codes code")).hasCount(10);
        return new Factor(app, page.locator(".codes code").allInnerTexts());
    }

    private static void showCode(Page page, String code) {
        page.getByLabel(CODE).fill(code);
        button(page, "Go on").click();
    }

    @Test
    void staffSetUpASecondFactorAndSignInWithItAndRemoveIt() {
        var person = ApiClient.registered(base);
        Page page = staff(person, GlobalRole.MODERATOR);
        link(page, "Second factor").click();
        page.getByLabel("Your password").fill("not the password");
        button(page, "Begin").click();
        assertThat(page.locator(".problems")).hasText("The password is wrong.");
        page.getByLabel("Your password").fill(ApiClient.PASSWORD);
        button(page, "Begin").click();
        look(page, "factor-scan");
        page.reload();
        var app = new Authenticator(page.locator("code.secret").innerText());
        page.getByLabel("The code that the app shows now").fill(app.wrong());
        button(page, "Put it in force").click();
        assertThat(page.locator(".problems")).hasText("That is not the code of this moment.");
        page.getByLabel("The code that the app shows now").fill(app.code());
        button(page, "Put it in force").click();
        assertThat(page.locator(".codes code")).hasCount(10);
        look(page, "factor-codes");
        List<String> recovery = page.locator(".codes code").allInnerTexts();
        page.reload();
        assertThat(page.locator(".codes code")).hasCount(0);
        assertThat(page.locator(".facts")).containsText("10");

        button(page, "Sign out").click();
        fillIn(page, person.username(), ApiClient.PASSWORD);
        look(page, "signin-code");
        page.navigate(base + "admin/overview");
        assertThat(page.getByLabel(CODE)).isVisible(); // the password alone opens nothing
        showCode(page, app.wrong());
        assertThat(page.locator(".problems")).hasText("The code is wrong, or was used before.");
        String code = app.after(1);
        showCode(page, code);
        assertThat(heading(page, "Overview")).isVisible();

        Page other = signIn(person.username(), ApiClient.PASSWORD);
        showCode(other, code);
        assertThat(other.locator(".problems")).hasText("The code is wrong, or was used before.");
        button(other, "Start again").click();
        fillIn(other, person.username(), ApiClient.PASSWORD);
        showCode(other, recovery.get(0));
        assertThat(heading(other, "Overview")).isVisible();
        link(other, "Second factor").click();
        other.getByLabel("Your password").fill(ApiClient.PASSWORD);
        other.getByLabel("A code of your app, or a recovery code").fill(recovery.get(0));
        button(other, "Remove second factor").click();
        assertThat(other.locator(".problems")).containsText("Not removed");
        other.getByLabel("Your password").fill(ApiClient.PASSWORD);
        other.getByLabel("A code of your app, or a recovery code").fill(recovery.get(1));
        button(other, "Remove second factor").click();
        assertThat(said(other)).hasText("Your second factor is removed.");
    }

    @Test
    void passwordAloneOpensNeitherTheChatPageNorTheApiOfWhoHasASecondFactor() {
        var person = ApiClient.registered(base);
        Page page = staff(person, GlobalRole.AUDITOR);
        link(page, "Second factor").click();
        Factor factor = setUp(page);

        assertThat(person.get("api/v1/me").status()).as("the sign-in of before").isEqualTo(401);
        assertThat(person.login(person.username(), ApiClient.PASSWORD).code()).isEqualTo("otp_required");
        Page chat = browser.window(1100, 720);
        chat.navigate(base.toString());
        chat.getByLabel("User name").fill(person.username());
        chat.getByLabel("Password").fill(ApiClient.PASSWORD);
        button(chat, "Sign in").click();
        chat.getByLabel("Code of your second factor").fill(factor.app().wrong());
        browser.picture(chat, "chat-second-factor");
        button(chat, "Sign in").click();
        assertThat(chat.locator(".problem")).containsText("or the code is not right");
        chat.getByLabel("Code of your second factor")
                .fill(factor.recoveryCodes().get(3));
        button(chat, "Sign in").click();
        assertThat(chat.locator(".gate-card")).hasCount(0);
        // a refused login is an answer, which the browser's console calls an error
        assertThat(browser.takeErrors()).allMatch(error -> error.contains("401"));
    }

    @Test
    void adminRemovesTheFactorOfWhoLostItWithAReason() {
        var person = ApiClient.registered(base);
        Page theirs = staff(person, GlobalRole.MODERATOR);
        link(theirs, "Second factor").click();
        setUp(theirs);
        Page page = admin();
        page.navigate(base + "admin/user?id=" + person.user());
        assertThat(page.locator(".facts")).containsText("since 20");

        act(
                page,
                link(page, "Remove second factor"),
                "a lost telephone",
                "Remove second factor",
                "Second factor removed.");

        assertThat(link(page, "Remove second factor")).hasCount(0);
        assertThat(person.login(person.username(), ApiClient.PASSWORD).status()).isEqualTo(200);
        page.navigate(base + "admin/audit?target=" + person.user());
        assertThat(page.locator("tbody tr").first()).containsText("a lost telephone");
    }

    @Test
    void whereAFactorIsAskedOfStaffTheyAreLedToItBeforeAnythingElse() {
        var boss = ApiClient.registered(base);
        Page bossPage = staff(boss, GlobalRole.ADMIN);
        bossPage.navigate(base + "admin/factor");
        look(bossPage, "factor-admin");
        setUp(bossPage);
        var person = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        Page page = staff(person, GlobalRole.MODERATOR);
        page.navigate(base + "admin/act?do=suspend&user=" + ben.user());
        page.getByLabel("Reason").fill("advertising");
        try {
            ask(bossPage, "staff");
            button(page, "Suspend account").click();
            assertThat(heading(page, "Your second factor")).isVisible();
            assertThat(page.locator(".notice.bad").first()).containsText("nothing was changed");
            page.navigate(base + "admin/users");
            assertThat(heading(page, "Your second factor")).isVisible();
            assertThat(page.getByRole(AriaRole.NAVIGATION)).hasCount(0);
            assertThat(person.call("PUT", "api/v1/users/" + ben.user() + "/suspension", Json.object())
                            .code())
                    .isEqualTo("forbidden");
            assertThat(ben.get("api/v1/me").status()).isEqualTo(200);

            setUp(page);
            link(page, "I have kept them: go on").click();
            assertThat(heading(page, "Overview")).isVisible();
        } finally {
            ask(bossPage, "nobody");
        }
        bossPage.navigate(base + "admin/audit?target=policy/second_factor");
        assertThat(bossPage.locator("tbody tr")).hasCount(2);
    }

    private static void ask(Page admin, String whom) {
        admin.navigate(base + "admin/act?do=factor.rule");
        admin.getByLabel("Of whom").selectOption(whom);
        admin.getByLabel("Reason").fill("a stolen password");
        button(admin, "Ask for second factors").click();
        assertThat(said(admin)).hasText("From now on it is so.");
    }

    @Test
    void roomModeratorsSeeTheirRoomsAndActInThem() {
        var owner = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        String room = owner.room("private", ben.user());
        long seq = ben.post(room, "buy now").body().path("seq").asLong();
        Page page = signIn(owner.username(), ApiClient.PASSWORD);
        assertThat(heading(page, "Rooms")).isVisible();
        assertThat(page.locator("tbody tr")).hasCount(1);
        for (String name : List.of("Overview", "People", "Invites", "Audit")) {
            assertThat(link(page, name)).hasCount(0);
        }

        page.locator("tbody a").first().click();
        assertThat(page.getByText("buy now")).isVisible();
        look(page, "room-of-a-moderator");
        act(page, link(page, "Delete message " + seq), "advertising", "Delete message", "Message deleted.");
        act(page, link(page, "Mute " + ben.username()), "advertising", "Mute", "Muted.");
        assertThat(ben.post(room, "again").code()).isEqualTo("muted");
    }
}
