package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Browser;
import io.confab.it.support.ChatClient;
import io.confab.it.support.CutProxy;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two people at two browser windows, on the real server: the story of the README. */
class ChatPageIT {
    /** More than one window of the client holds, so that it lets go of the newest on the way up. */
    private static final int HISTORY = 310;

    /** The number of the message at the middle of what is seen. */
    private static final String SEEN = "() => { const r = document.querySelector('.scroller').getBoundingClientRect();"
            + " return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2).closest('[data-seq]')"
            + ".dataset.seq; }";

    /** How far down the window it stands, in whole pixels. */
    private static final String OFFSET =
            "seq => Math.round(document.querySelector(`[data-seq=\"${seq}\"]`).getBoundingClientRect().top)";

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

    @BeforeEach
    void mendNetwork() {
        network.mend();
    }

    /** Somebody who has an account already, at a window of their own. */
    private static Page signIn(ApiClient person, URI address) {
        Page page = browser.window(1100, 720);
        page.navigate(address.toString());
        page.getByLabel("User name").fill(person.username());
        page.getByLabel("Password").fill(ApiClient.PASSWORD);
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Sign in").setExact(true))
                .first()
                .click();
        return page;
    }

    private static Locator field(Page page) {
        return page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true));
    }

    private static Locator room(Page page, String name) {
        return page.locator("a.room").filter(new Locator.FilterOptions().setHasText(name));
    }

    private static String named(ApiClient owner, String name) {
        var body =
                Json.object().put("cid", ApiClient.cid()).put("kind", "private").put("name", name);
        body.putArray("members");
        return owner.call("POST", "api/v1/rooms", body).body().path("room").asText();
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
        assertThat(ben.getByText("You are in no room yet.")).isVisible();
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

        assertThat(ann.locator("header.bar").last()).not().containsText("null"); // what a room has not is left out
        pinned(ann, ben, "hello from ben");

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
        for (Page page : new Page[] {ann, ben}) {
            assertThat(page.locator("#people .dot.online")).hasCount(2);
            assertThat(page.locator("#people .note").first()).hasText("2 online");
        }
        browser.picture(ann, "chat-full");
        browser.picture(ben, "chat-other");
        ann.setViewportSize(390, 760);
        assertThat(ann.locator("#people")).isHidden();
        browser.picture(ann, "chat-narrow");
        pictureOfPins(ann, "chat-pins-narrow");
        ann.setViewportSize(1100, 720);
        ann.emulateMedia(
                new Page.EmulateMediaOptions().setColorScheme(com.microsoft.playwright.options.ColorScheme.DARK));
        browser.picture(ann, "chat-dark");
        pictureOfPins(ann, "chat-pins-dark");

        message(ann, "good morning from ann").hover();
        message(ann, "good morning from ann").getByLabel("Delete").click();
        ann.locator("dialog")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete"))
                .click();
        assertThat(message(ben, "good morning from ann")).hasCount(0);
        assertThat(ben.getByText("This message was deleted.")).isVisible();
        hiddenAndBroughtBack(ben, room, "written offline, two");

        assertThat(browser.errors()).isEmpty();
    }

    /** By who owns the room; the other sees it at once, and may not. */
    private static void pinned(Page owner, Page member, String text) {
        var exactly = new Locator.GetByLabelOptions().setExact(true);
        assertThat(button(member, "Pinned messages")).hasCount(0);
        message(owner, text).hover();
        message(owner, text).getByLabel("Pin", exactly).click();

        assertThat(message(owner, text).locator(".states")).containsText("pinned");
        assertThat(message(member, text).locator(".states")).containsText("pinned");
        message(member, text).hover();
        assertThat(message(member, text).getByLabel("Reply")).isVisible();
        assertThat(message(member, text).getByLabel("Unpin")).hasCount(0);
        button(member, "Pinned messages").click();
        assertThat(member.locator("dialog .pins li")).containsText(text);
        assertThat(member.locator("dialog .pins .unpin")).hasCount(0);
        member.keyboard().press("Escape");
        pictureOfPins(owner, "chat-pins");
    }

    private static void pictureOfPins(Page page, String name) {
        button(page, "Pinned messages").click();
        assertThat(page.locator("dialog .pins .unpin")).hasCount(1);
        browser.picture(page, name);
        page.keyboard().press("Escape");
    }

    private void hiddenAndBroughtBack(Page page, String name, String text) {
        ApiClient admin = SharedServer.admin();
        String query = "api/v1/rooms?public=true&q=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        String room = admin.get(query).body().at("/rooms/0/room").asText();
        String hidden =
                "api/v1/rooms/" + room + "/messages/" + message(page, text).getAttribute("data-seq") + "/hidden";

        admin.call("PUT", hidden, Json.object());
        assertThat(page.getByText("A moderator has hidden this message.")).isVisible();
        assertThat(message(page, text)).hasCount(0);
        browser.picture(page, "chat-hidden");
        admin.call("DELETE", hidden, null);

        assertThat(message(page, text)).isVisible();
    }

    @Test
    void whatWasWrittenOfflineOutlivesAReloadAndIsSentOnceInOrder() {
        var ann = ApiClient.registered(SharedServer.base());
        var ben = ApiClient.registered(SharedServer.base());
        String garden = ann.room("public");
        ben.join(garden);
        Page page = signIn(ann, network.base());
        room(page, "room public").click();
        say(page, "before the cut");
        assertThat(message(page, "before the cut").locator(".state.sent")).isVisible();

        network.cut();
        say(page, "offline, one");
        say(page, "offline, two");
        field(page).fill("a draft");
        assertThatThrownBy(page::reload).isInstanceOf(PlaywrightException.class);
        page.waitForURL("chrome-error://chromewebdata/");
        network.mendForPagesOnly();
        page.navigate(network.base() + "#/r/" + garden);

        assertThat(page.locator("li.unsent")).hasText(new Pattern[] {
            Pattern.compile("offline, one.*Will be sent when the connection is back"),
            Pattern.compile("offline, two.*Will be sent when the connection is back")
        });
        assertThat(field(page)).hasValue("a draft");
        assertThat(page.locator("#banner")).isVisible();
        browser.picture(page, "chat-reloaded-offline");
        network.mend();
        button(page, "Try now").click();

        assertThat(page.locator("li.unsent")).hasCount(0);
        assertThat(page.locator("li.message .text"))
                .hasText(new String[] {"before the cut", "offline, one", "offline, two"});
        page.reload();
        assertThat(page.locator("li.message .text"))
                .hasText(new String[] {"before the cut", "offline, one", "offline, two"});
        assertThat(ben.get("api/v1/rooms/" + garden + "/messages")
                        .body()
                        .path("messages")
                        .findValuesAsText("text"))
                .containsExactly("before the cut", "offline, one", "offline, two");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void scrollingUpReachesTheOldestMessageAndNothingJumps() {
        var ann = ApiClient.registered(SharedServer.base());
        String hall = ann.room("public");
        for (int i = 1; i <= HISTORY; i++) {
            ann.post(hall, "line " + i + (i % 7 == 0 ? "\nwith a second line" : ""));
        }
        Page page = signIn(ann, SharedServer.base());
        room(page, "room public").click();
        assertThat(page.locator("li.message .text").last()).hasText("line " + HISTORY);
        var held = new AtomicReference<@Nullable Route>();
        page.route(Pattern.compile(".*/messages\\?before=.*"), held::set);

        int pages = 0;
        while (page.locator(".history-note", containing("begins")).count() == 0) {
            String first = firstSeq(page);
            page.evaluate("document.querySelector('.scroller').scrollTop = 150");
            page.waitForCondition(() -> held.get() != null);
            String looking = (String) page.evaluate(SEEN);
            int before = (int) page.evaluate(OFFSET, looking);
            held.getAndSet(null).resume();

            assertThat(page.locator(".messages [data-seq]").first()).not().hasAttribute("data-seq", first);
            assertThat((int) page.evaluate(OFFSET, looking))
                    .isBetween(before - 1, before + 1); // a browser scrolls whole pixels
            pages++;
        }
        page.unroute(Pattern.compile(".*/messages\\?before=.*"));

        assertThat(pages).isGreaterThanOrEqualTo(HISTORY / 50);
        page.evaluate("document.querySelector('.scroller').scrollTop = 0");
        assertThat(message(page, "line 1").first()).isInViewport();
        browser.picture(page, "chat-history-begins");
        ann.post(hall, "said meanwhile");
        button(page, "Newest").click();
        assertThat(message(page, "said meanwhile")).isInViewport();

        long first = ann.get("api/v1/rooms/" + hall + "/messages?after=0&limit=1")
                .body()
                .at("/messages/0/seq")
                .asLong();
        ann.call("PUT", "api/v1/rooms/" + hall + "/pins/" + first, null);
        button(page, "Pinned messages").click();
        page.locator("dialog .pins").getByText("Show").click();
        assertThat(page.locator("[data-seq='" + first + "']")).isInViewport();
        assertThat(page.locator("[data-seq='" + first + "']")).isFocused();
        button(page, "Newest").click();
        assertThat(message(page, "said meanwhile")).isInViewport();
        assertThat(browser.errors()).isEmpty();
    }

    private static String firstSeq(Page page) {
        return page.locator(".messages [data-seq]").first().getAttribute("data-seq");
    }

    private static Page.LocatorOptions containing(String text) {
        return new Page.LocatorOptions().setHasText(text);
    }

    @Test
    void everythingIsDoneFromTheKeyboard() {
        var ann = ApiClient.registered(SharedServer.base());
        String attic = named(ann, "Attic");
        named(ann, "Barn");
        Page page = signIn(ann, SharedServer.base());
        assertThat(room(page, "Attic")).isVisible();

        page.keyboard().press("Control+k");
        page.keyboard().type("atti");
        assertThat(page.locator("a.room")).hasCount(1);
        page.keyboard().press("Enter");
        assertThat(page.locator(".title h2")).hasText("Attic");
        assertThat(field(page)).isFocused();

        page.keyboard().type("first line");
        page.keyboard().press("Shift+Enter");
        page.keyboard().type("second line");
        assertThat(field(page)).hasValue("first line\nsecond line");
        page.keyboard().press("Enter");
        assertThat(page.locator("li.message .text")).hasText(new String[] {"first line\nsecond line"});
        assertThat(field(page)).hasValue("");
        page.keyboard().type("another");
        page.keyboard().press("Enter");
        assertThat(message(page, "another").locator(".state.sent")).isVisible();

        page.keyboard().press("ArrowUp");
        assertThat(field(page)).hasValue("another");
        assertThat(page.locator(".context")).containsText("Editing your message");
        browser.picture(page, "chat-editing");
        page.keyboard().type(" thing");
        page.keyboard().press("Escape");
        assertThat(field(page)).hasValue("");
        assertThat(field(page)).isFocused();
        assertThat(message(page, "another")).hasCount(1);
        page.keyboard().press("ArrowUp");
        page.keyboard().type(" thing");
        page.keyboard().press("Enter");
        assertThat(message(page, "another thing").locator(".state").first()).hasText("edited");
        assertThat(field(page)).hasValue("");

        page.keyboard().type("not sent yet");
        page.keyboard().press("Alt+ArrowDown");
        assertThat(page.locator(".title h2")).hasText("Barn");
        assertThat(room(page, "Barn")).hasAttribute("aria-current", "page");
        assertThat(field(page)).isFocused();
        assertThat(field(page)).hasValue("");
        page.keyboard().press("Alt+ArrowUp");
        assertThat(page.locator(".title h2")).hasText("Attic");
        assertThat(field(page)).hasValue("not sent yet");

        page.keyboard().press("F2");
        assertThat(message(page, "another thing")).isFocused();
        page.keyboard().press("ArrowUp");
        assertThat(message(page, "first line")).isFocused();
        page.keyboard().press("p");
        assertThat(message(page, "first line").locator(".states")).containsText("pinned");
        assertThat(message(page, "first line")).isFocused();
        page.keyboard().press("p");
        assertThat(message(page, "first line").locator(".states")).not().containsText("pinned");
        page.keyboard().press("r");
        assertThat(page.locator(".context")).containsText("Replying to");
        page.keyboard().press("Escape");
        assertThat(page.locator(".context")).isHidden();
        page.keyboard().press("F2");
        page.keyboard().press("Delete");
        assertThat(page.locator("dialog")).containsText("Delete this message?");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(message(page, "another thing")).isFocused();
        page.keyboard().press("?");
        assertThat(page.locator("dialog")).containsText("Keyboard shortcuts");
        browser.picture(page, "chat-shortcuts");
        page.keyboard().press("Escape");
        page.keyboard().press("Delete");
        page.keyboard().press("Tab");
        assertThat(page.locator("dialog :focus")).isVisible();
        page.locator("dialog")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete"))
                .press("Enter");
        assertThat(page.getByText("This message was deleted.")).isVisible();
        assertThat(ann.get("api/v1/rooms/" + attic + "/messages").body().path("messages"))
                .hasSize(2);
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

    @Test
    void aMessageAndAPersonAreReportedFromThePageAndWhatBecomesOfItStandsInTheAccount() {
        var ann = ApiClient.registered(SharedServer.base());
        var ben = ApiClient.registered(SharedServer.base());
        ann.post(ann.room("private", ben.user()), "you are all fools");
        Page page = signIn(ben, SharedServer.base());
        room(page, "room private").click();

        message(page, "fools").hover();
        message(page, "fools").getByLabel("Report").click();
        page.getByLabel("What is wrong?").selectOption("harassment");
        browser.picture(page, "chat-report");
        page.locator("dialog footer button.danger").click();
        assertThat(page.locator("dialog")).hasCount(0);
        page.getByLabel("Your account").click();

        assertThat(page.locator("dialog li").filter(new Locator.FilterOptions().setHasText("Insults or harasses")))
                .containsText("not decided yet");
        assertThat(ben.get("api/v1/reports").body().at("/reports/0/type").asText())
                .isEqualTo("harassment");
        page.keyboard().press("Escape");

        // the same without a mouse
        Locator report = page.getByLabel("Report " + ann.username());
        report.focus();
        try (var comes = ChatClient.connect(ann)) {
            comes.roundTrip();
            assertThat(page.locator(".members .dot.online")).hasCount(2);
            assertThat(report).isFocused(); // though the list was drawn anew
            page.keyboard().press("Enter");
            assertThat(page.getByLabel("What is wrong?")).isFocused();
            page.getByLabel("What is wrong?").selectOption("other");
            page.keyboard().press("Tab");
            page.keyboard().type("follows me from room to room");
            lookAt(page, "chat-report-person");
            page.keyboard().press("Tab");
            page.keyboard().press("Tab");
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog")).hasCount(0);
            assertThat(page.locator("#announce")).containsText("Reported.");
        }
        var first = ben.get("api/v1/reports").body().at("/reports/0");
        assertThat(first.path("user").asText()).isEqualTo(ann.user());
        assertThat(first.path("text").asText()).isEqualTo("follows me from room to room");
        assertThat(browser.errors()).isEmpty();
    }

    /** Light, dark, and as wide as a phone, to be looked at. */
    private static void lookAt(Page page, String name) {
        browser.picture(page, name);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        browser.picture(page, name + "-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(390, 844);
        browser.picture(page, name + "-narrow");
        page.setViewportSize(1100, 720);
    }

    @Test
    void namesAndTopicsAreKeptAsGivenAndShownAsText() {
        String displayName = "<img src=x onerror=\"document.title='owned'\">";
        String topic = "\"><script>document.title='owned'</script><b>topic</b>";
        String username = name("eve");
        var eve = new ApiClient(SharedServer.base());
        var account = Json.object()
                .put("username", username)
                .put("password", ApiClient.PASSWORD)
                .put("display_name", displayName);
        assertThat(eve.call("POST", "api/v1/register", account).status()).isEqualTo(201);
        eve.login(username, ApiClient.PASSWORD);
        var ben = ApiClient.registered(SharedServer.base());
        String hall = eve.room("public");
        eve.call("PATCH", "api/v1/rooms/" + hall, Json.object().put("topic", topic));
        ben.join(hall);
        eve.post(hall, "hello from eve");

        assertThat(eve.get("api/v1/me").body().path("display_name").asText()).isEqualTo(displayName);
        assertThat(ben.get("api/v1/rooms/" + hall).body().path("topic").asText())
                .isEqualTo(topic);
        for (ApiClient person : new ApiClient[] {eve, ben}) {
            Page page = signIn(person, SharedServer.base());
            room(page, "room public").click();
            assertThat(message(page, "hello from eve")).containsText(displayName);
            assertThat(page.locator(".title .note")).hasText(topic);
            assertThat(page.locator("#people")).containsText(displayName);
            assertThat(page.locator("img[src=x], .title b, .title script")).hasCount(0);
            assertThat(page.title()).doesNotContain("owned");
        }
        assertThat(browser.errors()).isEmpty();
    }
}
