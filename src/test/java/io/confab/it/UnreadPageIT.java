package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One person at two browser windows, on the real server: what waits in rooms that are not open. */
class UnreadPageIT {
    private static Browser browser;

    private final ApiClient ann = ApiClient.registered(SharedServer.base());
    private final ApiClient ben = ApiClient.registered(SharedServer.base());

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
    }

    private Page window() {
        Page page = browser.window(1100, 720);
        page.navigate(SharedServer.base().toString());
        page.getByLabel("User name").fill(ann.username());
        page.getByLabel("Password").fill(ApiClient.PASSWORD);
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Sign in").setExact(true))
                .first()
                .click();
        assertThat(room(page, "Garden")).isVisible();
        return page;
    }

    private String room(String name) {
        var body =
                Json.object().put("cid", ApiClient.cid()).put("kind", "private").put("name", name);
        body.putArray("members").add(ann.user());
        return ben.call("POST", "api/v1/rooms", body).body().path("room").asText();
    }

    private static Locator room(Page page, String name) {
        return page.locator("a.room").filter(new Locator.FilterOptions().setHasText(name));
    }

    private static Locator count(Page page, String name) {
        return room(page, name).locator(".badge:not(.mention)");
    }

    @Test
    void countsOfRoomsThatAreNotOpenAreLiveAndReadingOnOneDeviceClearsTheOther() {
        String garden = room("Garden");
        String kitchen = room("Kitchen");
        String attic = room("Attic");
        ben.post(garden, "before they came");
        Page laptop = window();
        Page phone = window();
        for (Page page : new Page[] {laptop, phone}) {
            assertThat(count(page, "Garden")).hasText("1 unread");
            assertThat(count(page, "Kitchen")).hasCount(0);
        }

        long gone = ben.post(kitchen, "@" + ann.username() + ", come")
                .body()
                .path("seq")
                .asLong();
        ben.post(kitchen, "the tea is ready, @" + ann.username());
        ben.post(kitchen, "and the cake");
        for (int i = 0; i < 101; i++) {
            ben.post(attic, "box " + i);
        }
        for (Page page : new Page[] {laptop, phone}) {
            assertThat(count(page, "Kitchen")).hasText("3 unread");
            assertThat(room(page, "Kitchen").locator(".mention")).containsText("2 mentions");
            assertThat(count(page, "Attic")).hasText("99+ unread");
        }
        room(laptop, "Garden").click();
        assertThat(count(laptop, "Garden")).hasCount(0);
        assertThat(count(phone, "Garden")).hasCount(0);
        browser.picture(laptop, "chat-unread");
        browser.picture(phone, "chat-unread-phone");

        ben.call("DELETE", "api/v1/rooms/" + kitchen + "/messages/" + gone, null);
        for (Page page : new Page[] {laptop, phone}) {
            assertThat(count(page, "Kitchen")).hasText("2 unread");
            assertThat(room(page, "Kitchen").locator(".mention")).containsText("1 mentions");
        }
        phone.reload();
        assertThat(count(phone, "Kitchen")).hasText("2 unread");
        room(phone, "Kitchen").click();
        assertThat(count(laptop, "Kitchen")).hasCount(0);
        assertThat(room(laptop, "Kitchen").locator(".mention")).hasCount(0);

        assertThat(browser.errors()).isEmpty();
    }
}
