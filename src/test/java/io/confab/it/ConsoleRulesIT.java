package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ConsoleStory;
import io.confab.kernel.GlobalRole;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A rule from its making to what it met, through the pages. */
class ConsoleRulesIT extends ConsoleStory {
    private static void turn(Page page, String button) {
        page.locator("#turn\\:why").fill("they asked for it");
        if (button.equals("Switch on") && page.locator("#turn\\:sure").count() > 0) { // of few messages one is many
            page.locator("#turn\\:sure").check();
        }
        button(page, button).click();
    }

    private static void runDry(Page page) {
        button(page, "Run it dry").click();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            page.reload();
            return page.locator("#dry .tag").textContent().equals("done");
        });
    }

    @Test
    void anAdminMakesARuleTriesItSwitchesItOnSeesWhatItMetAndDeletesIt() {
        var owner = ApiClient.registered(base);
        var member = ApiClient.registered(base);
        String room = owner.room("public");
        member.join(room);
        String word = "zonk" + room.substring(2, 8).toLowerCase(java.util.Locale.ROOT);
        member.post(room, "the first " + word);
        Page page = admin();
        link(page, "Rules").click();
        link(page, "Words and phrases").click();

        page.getByLabel("Name, for staff").fill("no <b>" + word + "</b>");
        page.getByLabel("Words and phrases, one a line").fill(word + "\nanother phrase " + word);
        page.getByLabel("What its author is told").fill("Not here, please.");
        page.getByLabel("Would it meet this text?").fill("A " + word.toUpperCase(java.util.Locale.ROOT) + "!");
        button(page, "Try it").click();
        assertThat(page.locator("#tried")).hasText("It meets this text: " + word);
        page.getByLabel("Would it meet this text?").fill("a good word");
        button(page, "Try it").click();
        assertThat(page.locator("#tried")).hasText("It does not meet this text.");
        look(page, "rule-tried");
        page.locator("#edit\\:why").fill("they asked for it");
        button(page, "Make it").click();
        assertThat(page.locator(".notice.good")).containsText("Made. It watches");
        assertThat(page.locator(".head .tag")).hasText("only watches");
        assertThat(page.locator("h1 b")).hasCount(0);
        button(page, "Switch on").click();
        assertThat(page.locator(".problems")).containsText("say why");
        turn(page, "Switch on");
        assertThat(page.locator(".problems")).containsText("run this rule dry first");

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            runDry(page);
            return page.locator("#samples tbody tr").count() == 1;
        });
        assertThat(page.locator("#samples")).containsText(member.username());
        look(page, "rule");
        Page stale = page.context().newPage();
        stale.navigate(page.url());
        turn(page, "Switch on");
        assertThat(page.locator(".head .tag")).hasText("on");
        turn(stale, "Switch off");
        assertThat(stale.locator(".problems")).containsText("somebody else has changed this rule");
        stale.close();

        await().atMost(Duration.ofSeconds(3))
                .until(() -> member.post(room, "a " + word.toUpperCase(java.util.Locale.ROOT))
                        .code()
                        .equals("blocked_by_rule"));
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            page.reload();
            return page.locator("#hits tr:has-text('refused')").count()
                    > 0; // it does not wait: there may be no table yet
        });
        assertThat(page.locator("#hits tbody tr").first()).containsText(member.username());
        browser.picture(page, "console-rule-hits");
        link(page, "Rules").click();
        assertThat(page.locator("#rules")).containsText("no <b>" + word + "</b>");
        look(page, "rules");

        link(page, "no <b>" + word + "</b>").click();
        page.getByLabel("Words and phrases, one a line").fill(word + "x");
        page.locator("#edit\\:why").fill("another word");
        button(page, "Change it").click();
        assertThat(page.locator(".head .tag")).hasText("only watches");
        assertThat(page.locator(".empty").first()).hasText("It was not run dry as it is now.");
        turn(page, "Delete");
        assertThat(page.locator(".notice.good")).hasText("Deleted.");
    }

    @Test
    void whatWouldStopEverybodyWarnsAndOtherStaffOnlyRead() {
        Page page = admin();
        page.navigate(base + "admin/rule?kind=expression");
        page.getByLabel("Name, for staff").fill("everything");
        page.locator("#edit\\:expression").fill("((a{1000}){1000}){9}");
        page.locator("#edit\\:why").fill("a try");
        button(page, "Make it").click();
        assertThat(page.locator(".problems")).containsText("too large");
        page.locator("#edit\\:expression").fill(".*");
        look(page, "rule-new");
        button(page, "Make it").click();
        assertThat(page.locator(".head .tag")).hasText("only watches");
        runDry(page);
        assertThat(page.locator(".notice.bad:visible").first()).containsText("meets whatever anybody writes");
        page.locator("#turn\\:why").fill("a try");
        button(page, "Switch on").click();
        assertThat(page.locator(".problems")).containsText("say that you are sure");

        Page reader = staff(ApiClient.registered(base), GlobalRole.MODERATOR);
        reader.navigate(page.url());
        assertThat(heading(reader, "everything")).isVisible();
        assertThat(reader.locator("main input[type=submit]")).hasCount(0);
        turn(page, "Delete");
        assertThat(page.locator(".notice.good")).hasText("Deleted.");
        assertThat(browser.takeErrors()).isEmpty();
    }
}
