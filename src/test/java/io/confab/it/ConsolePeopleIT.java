package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ConsoleStory;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What staff know and do about people, in a real browser. */
class ConsolePeopleIT extends ConsoleStory {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

    private static Locator tick(Page page, String username) {
        return page.getByLabel("Tick " + username, new Page.GetByLabelOptions().setExact(true));
    }

    /** Waits for the answer that fills the table again. */
    private static void turn(Page page, String to) {
        page.waitForResponse(
                response -> response.request().method().equals("POST"),
                () -> page.locator(".ui-paginator-" + to).click());
    }

    private static JsonNode sanctions(String user) {
        return SharedServer.admin().get("api/v1/sanctions?user=" + user).body().path("sanctions");
    }

    private static boolean isSuspended(ApiClient person) {
        return person.login(person.username(), ApiClient.PASSWORD).status() == 403;
    }

    @Test
    void exactlyThoseWhoWereTickedAreSuspendedThoughOthersCameBeforeThem() {
        String prefix = "t" + new Ids().random().substring(0, 6).toLowerCase(Locale.ROOT);
        var people = new ArrayList<ApiClient>();
        for (int i = 10; i < 40; i++) {
            people.add(ApiClient.registered(base, prefix + i));
        }
        Page page = staff(ApiClient.registered(base), GlobalRole.MODERATOR);
        page.navigate(base + "admin/users");
        search(page, "Name begins with, or id", prefix);
        tick(page, prefix + "10").check();
        tick(page, prefix + "12").check();
        assertThat(page.locator("[data-ticked]")).hasText("2");
        ApiClient newcomer = ApiClient.registered(base, prefix + "0");
        turn(page, "next");
        tick(page, prefix + "35").check();
        assertThat(page.locator("[data-ticked]")).hasText("3");
        turn(page, "prev");
        assertThat(tick(page, prefix + "12")).isChecked();
        assertThat(tick(page, prefix + "0")).not().isChecked();
        look(page, "users-ticked");

        button(page, "Act on those that are ticked").click();
        assertThat(page.locator("tbody tr")).hasCount(3);
        for (String each : List.of("10", "12", "35")) {
            assertThat(page.locator("tbody")).containsText(prefix + each);
        }
        look(page, "people");
        page.getByLabel("Reason").fill("spam");
        button(page, "Do it to these 3 people").click();

        assertThat(page.locator(".notice:visible")).containsText("Finished. Done to 3");
        browser.picture(page, "console-people-done");
        assertThat(people)
                .filteredOn(ConsolePeopleIT::isSuspended)
                .extracting(ApiClient::username)
                .containsExactly(prefix + "10", prefix + "12", prefix + "35");
        assertThat(isSuspended(newcomer)).isFalse();

        page.navigate(base + "admin/users");
        search(page, "Name begins with, or id", prefix);
        page.getByLabel("Name begins with, or id").fill(prefix + "1");
        button(page, "Tick all 31 that match").click();
        assertThat(page.locator("[data-ticked]")).hasText("31");
        button(page, "Act on those that are ticked").click();
        assertThat(page.locator("tbody tr")).hasCount(31);
        assertThat(page.locator("main")).containsText("and nobody else");
    }

    @Test
    void halfWrittenNoteIsThereAfterTheSessionEndedAndStandsInTheStory() {
        var ben = ApiClient.registered(base);
        var owner = ApiClient.registered(base);
        String room = owner.room("public");
        ben.join(room);
        owner.call(
                "PUT",
                "api/v1/rooms/" + room + "/sanctions/" + ben.user() + "/mute",
                Json.object().put("reason", "noise"));
        var moderator = ApiClient.registered(base);
        Page page = staff(moderator, GlobalRole.MODERATOR);
        page.navigate(base + "admin/user?id=" + ben.user());
        page.getByLabel("A note, for staff alone").fill("was rude\nto the owner");
        adminByHand.act("do=sign-out.all&user=" + moderator.user(), "a test", Map.of());

        button(page, "Add note").click();
        assertThat(heading(page, "Sign in")).isVisible();
        fillIn(page, moderator.username(), ApiClient.PASSWORD);

        assertThat(page).hasURL(Pattern.compile(".*/admin/user\\?id=" + ben.user() + ".*"));
        assertThat(page.getByLabel("A note, for staff alone")).hasValue("was rude\nto the owner");
        button(page, "Add note").click();
        assertThat(said(page)).hasText("Noted.");
        assertThat(page.locator(".notes").first()).containsText("was rude");
        assertThat(page.getByLabel("A note, for staff alone")).hasValue("");
        assertThat(page.locator(".story")).containsText("mute until lifted");
        assertThat(page.locator(".story")).containsText("Signed in from");
        assertThat(page.locator(".story .why").filter(new Locator.FilterOptions().setHasText("was rude")))
                .hasText(Pattern.compile("^was rude\nto the owner$")); // the line's end as one, and not as U+000D
        page.reload();
        assertThat(page.getByLabel("A note, for staff alone")).hasValue("");
        look(page, "user");
        page.getByLabel("A note, for staff alone").fill("never sent");
        button(page, "Sign out").click();
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
        assertThat(ben.get("api/v1/users/" + ben.user() + "/notes").status()).isEqualTo(403);
        assertThat(SharedServer.admin()
                        .get("api/v1/users/" + ben.user() + "/notes")
                        .body()
                        .at("/notes/0/text")
                        .asText())
                .isEqualTo("was rude\nto the owner");
    }

    @Test
    void tomorrowMorningIsThatOfWhoSaysItAndEachReadsItInTheirZone() {
        var ben = ApiClient.registered(base);
        var moderator = ApiClient.registered(base);
        adminByHand.give(GlobalRole.MODERATOR, moderator.user());
        Page page = signIn(browser.window(1200, 800, NEW_YORK.getId()), moderator.username(), ApiClient.PASSWORD);
        assertThat(heading(page, "Overview")).isVisible();
        page.navigate(base + "admin/act?do=suspend&user=" + ben.user());
        page.getByLabel("For how long").selectOption("until tomorrow 09:00");
        page.getByLabel("Reason").fill("sleep over it");
        button(page, "Suspend account").click();
        assertThat(page.locator(".notice:visible")).containsText(Pattern.compile("09:00:00 E[SD]T"));

        Instant end = LocalDate.now(NEW_YORK)
                .plusDays(1)
                .atTime(9, 0)
                .atZone(NEW_YORK)
                .toInstant();
        assertThat(Instant.parse(sanctions(ben.user()).at("/0/until").asText())).isEqualTo(end);
        Page other = staff(ApiClient.registered(base), GlobalRole.AUDITOR);
        link(other, "UTC").click();
        other.getByLabel("Zone").selectOption(TOKYO.getId());
        button(other, "Save").click();
        assertThat(said(other)).hasText("From now on you read times in Asia/Tokyo.");
        look(other, "zone");
        other.navigate(base + "admin/sanctions?who=" + ben.user());
        assertThat(other.locator("tbody tr")).hasCount(1);
        String shown =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).format(end.atZone(TOKYO));
        assertThat(other.locator("tbody tr")).containsText(shown);
        assertThat(other.locator("time[title='" + end + "']")).isVisible();
        assertThat(other.locator("tbody .acts a")).hasCount(0); // an auditor lifts nothing
        look(other, "sanctions");
        other.navigate(base + "admin/audit?target=" + ben.user());
        link(other, "Today").click();
        assertThat(other.getByLabel("From (Asia/Tokyo)")).hasValue(LocalDate.now(TOKYO) + "T00:00");

        act(page, link(page, "Lift suspension"), "he slept", "Lift suspension", "Suspension lifted.");
        page.navigate(base + "admin/sanctions?show=over&who=" + ben.username());
        assertThat(page.locator("tbody tr")).containsText("lifted");
        assertThat(page.locator("tbody tr")).containsText("he slept");
    }

    @Test
    void adminClosesRegistrationAndOpensItAgain() {
        Page page = admin();
        link(page, "Invites").click();
        String before = page.getByLabel("From now on, on all nodes").inputValue();
        page.getByLabel("From now on, on all nodes").selectOption("CLOSED");
        page.getByLabel("Reason").fill("a wave");
        button(page, "Decide").click();
        try {
            assertThat(said(page)).hasText("From now on it is so.");
            assertThat(page.locator("main")).containsText("Nobody may register here");
            look(page, "invites-closed");
        } finally {
            SharedServer.admin()
                    .call(
                            "PUT",
                            "api/v1/policies/registration",
                            Json.object()
                                    .put("registration", before.toLowerCase(Locale.ROOT))
                                    .put("reason", "the test is over"));
        }
        assertThat(SharedServer.admin()
                        .get("api/v1/policies/registration")
                        .body()
                        .path("registration")
                        .asText())
                .isEqualTo(before.toLowerCase(Locale.ROOT));
    }
}
