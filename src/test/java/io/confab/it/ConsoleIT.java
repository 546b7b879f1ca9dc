package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleStory;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The console in a real browser, by role. */
class ConsoleIT extends ConsoleStory {
    private static final String HOSTILE = "<img src=x onerror=alert(1)> \"';drop table room;-- #{1+1} &amp;";

    @Test
    void moderatorDeletesMutesAndBansInARoomAndLiftsItAgain() {
        var owner = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        String room = owner.room("public");
        ben.join(room);
        long seq = ben.post(room, "buy now").body().path("seq").asLong();
        Page page = staff(ApiClient.registered(base), GlobalRole.MODERATOR);
        try (var watching = ChatClient.connect(owner, room)) {
            page.navigate(base + "admin/room?id=" + room);
            link(page, "Delete message " + seq).click();
            assertThat(page.locator("blockquote")).hasText("buy now");
            browser.picture(page, "console-act");
            page.goBack();

            act(page, link(page, "Delete message " + seq), "advertising", "Delete message", "Message deleted.");
            watching.expect(
                    "deletion",
                    frame -> frame.path("t").asText().equals("msg.deleted")
                            && frame.at("/d/seq").asLong() == seq);
            assertThat(page.locator("#m" + seq)).containsText("deleted by a moderator");
            act(
                    page,
                    link(page, "Bring back message " + seq),
                    "not that one",
                    "Bring message back",
                    "Message brought back.");
            assertThat(page.locator("#m" + seq)).containsText("buy now");
            act(page, link(page, "Hide message " + seq), "let me ask", "Hide message", "Message hidden.");
            assertThat(page.locator("#m" + seq)).containsText("hidden");
            browser.picture(page, "console-room-hidden");

            link(page, "Mute " + ben.username()).click();
            page.getByLabel("For how long").selectOption("1 hour");
            page.getByLabel("From a template").selectOption("Spam");
            page.getByLabel("Note, for staff alone").fill("third time this week");
            look(page, "act-mute");
            twice(button(page, "Mute"));
            assertThat(said(page).last()).hasText("Muted."); // behind what a second form may have said
            assertThat(ben.post(room, "again").code()).isEqualTo("muted");
            watching.expect(
                    "mute, with what everybody may read",
                    frame -> frame.path("t").asText().equals("sanction.set")
                            && frame.at("/d/reason").asText().startsWith("Advertising"));
            look(page, "undo-act");
            button(page, "Undo").click();
            assertThat(said(page)).hasText("Taken back.");
            assertThat(button(page, "Undo")).hasCount(0);
            assertThat(ben.post(room, "again").status()).isEqualTo(201);

            link(page, "Ban " + ben.username()).first().click();
            page.getByLabel("Reason").fill("advertising");
            twice(button(page, "Ban from room"));
            assertThat(page).hasURL(Pattern.compile(".*/admin/room\\?id=" + room + ".*"));
            page.reload();
            page.goBack();
            assertThat(button(page, "Ban from room")).isVisible(); // back at the form, which is not sent by that
            page.goForward();
            assertThat(ben.post(room, "again").code()).isEqualTo("banned");
            watching.roundTrip();
            assertThat(watching.events(room).stream()
                            .filter(event -> event.path("t").asText().equals("sanction.set")))
                    .as("one mute and one ban")
                    .hasSize(2);
            act(page, link(page, "Lift ban"), "he is sorry", "Lift ban", "Ban lifted.");
        }
        link(page, "What staff did here").click();
        assertThat(page.locator("tbody tr")).hasCount(7);
        assertThat(page.locator("tbody")).containsText("third time this week");
        assertThat(page.locator("tbody")).containsText("taken back right after");
        Locator hidden = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("msg.hidden"));
        assertThat(page.locator("tbody").getByText("Take back")).hasCount(1);
        assertThat(hidden.getByText("Take back"))
                .hasAttribute("href", "/admin/act?do=msg.restore&room=" + room + "&seq=" + seq);
        browser.picture(page, "console-audit");
    }

    @Test
    void adminSuspendsLiftsSignsOutAndGivesARole() {
        var ben = ApiClient.registered(base);
        Page page = admin();
        page.navigate(base + "admin/user?id=" + ben.user());

        link(page, "Warn").click();
        page.getByLabel("What the person reads").fill("Please stay friendly.");
        page.getByLabel("Note, for staff alone").fill("rude to ann");
        browser.picture(page, "console-act-warn");
        button(page, "Warn").click();
        assertThat(said(page)).hasText("Warned.");
        assertThat(page.locator("section:has(#warningsHeading)")).containsText("not seen yetPlease stay friendly.");
        assertThat(ben.get("api/v1/notices").raw().body())
                .contains("Please stay friendly.")
                .doesNotContain("rude");
        button(page, "Undo").click();
        assertThat(said(page)).hasText("Taken back.");
        assertThat(ben.get("api/v1/notices").body().path("notices")).isEmpty();

        act(page, link(page, "Sign out"), "a lost telephone", "Sign out of one device", "Device signed out.");
        assertThat(page.locator("body")).containsText("On no device.");
        act(page, link(page, "Suspend account"), "advertising", "Suspend account", "Account suspended.");
        assertThat(page.locator(".tag.harsh")).containsText("suspended until 20");
        browser.picture(page, "console-user-suspended");
        assertThat(ben.login(ben.username(), ApiClient.PASSWORD).status()).isEqualTo(403);
        act(page, link(page, "Lift suspension"), "he is sorry", "Lift suspension", "Suspension lifted.");
        assertThat(ben.login(ben.username(), ApiClient.PASSWORD).status()).isEqualTo(200);
        act(
                page,
                link(page, "Sign out of all devices"),
                "a test",
                "Sign out of all devices",
                "Signed out of all devices.");
        assertThat(ben.get("api/v1/me").status()).isEqualTo(401);

        link(page, "Change role").click();
        page.getByLabel("New role").selectOption("auditor");
        page.getByLabel("Reason").fill("she reads");
        button(page, "Change role").click();
        assertThat(said(page)).hasText("Role changed.");
        assertThat(page.locator(".facts")).containsText("auditor");
    }

    @Test
    void adminMakesAnInviteThatIsShownOnceAndTakesItBack() {
        Page page = admin();
        link(page, "Invites").click();
        assertThat(heading(page, "Invites")).isVisible();
        browser.picture(page, "console-invites-before");

        link(page, "Make an invite").click();
        page.getByLabel("Good for").selectOption("30 days");
        page.getByLabel("Reason").fill("for ben");
        browser.picture(page, "console-act-invite");
        page.keyboard().press("Enter");
        assertThat(said(page)).hasText("Invite made.");
        assertThat(page.getByLabel("Code")).hasValue(Pattern.compile("[A-Za-z0-9_-]{43}"));
        browser.picture(page, "console-invite-made");
        String code = page.getByLabel("Code").inputValue();
        Locator newest = page.locator("tbody tr").first();
        assertThat(newest).containsText("open");

        page.reload();
        assertThat(page.getByLabel("Code")).hasCount(0);
        assertThat(page.content()).doesNotContain(code);
        newest.getByText("Take back").click();
        assertThat(page.locator(".facts")).containsText("Good until");
        page.getByLabel("Reason").fill("ben stays away");
        page.keyboard().press("Enter");
        assertThat(said(page)).hasText("Invite taken back.");
        assertThat(newest).containsText("taken back");
        assertThat(newest.getByText("Take back")).hasCount(0);

        link(page, "What staff did with invites").click();
        assertThat(page.locator("tbody tr").first()).containsText("ben stays away");
        assertThat(page.locator("tbody tr").first()).containsText("invite/"); // its target
        assertThat(page.locator("tbody tr").nth(1)).containsText("for ben");
        assertThat(page.content()).doesNotContain(code);
        page.navigate(base + "admin/invites");
        look(page, "invites");
    }

    @Test
    void eachRoleSeesItsPagesAndItsActsOnly() {
        var owner = ApiClient.registered(base);
        String room = owner.room("public");
        long seq = owner.post(room, "hello").body().path("seq").asLong();
        var members = List.of("Delete message " + seq, "Mute " + owner.username(), "Ban");
        Page admin = admin();
        Page moderator = staff(ApiClient.registered(base), GlobalRole.MODERATOR);
        Page auditor = staff(ApiClient.registered(base), GlobalRole.AUDITOR);

        for (Page page : List.of(admin, moderator, auditor)) {
            for (String name : List.of("Overview", "People", "Rooms", "Audit")) {
                link(page, name).click();
                assertThat(link(page, name)).hasAttribute("aria-current", "page");
            }
            assertThat(link(page, "Invites")).hasCount(page.equals(admin) ? 1 : 0);
            page.navigate(base + "admin/room?id=" + room);
            assertThat(page.getByText("hello")).isVisible();
            for (String act : members) {
                assertThat(link(page, act)).hasCount(page.equals(auditor) ? 0 : 1);
            }
            page.navigate(base + "admin/user?id=" + owner.user());
            for (String act : List.of("Suspend account", "Sign out of all devices", "Sign out")) {
                assertThat(link(page, act)).hasCount(page.equals(auditor) ? 0 : 1);
            }
            assertThat(link(page, "Change role")).hasCount(page.equals(admin) ? 1 : 0);
        }
        Page plain = signIn(ApiClient.registered(base).username(), ApiClient.PASSWORD);
        assertThat(plain.locator(".problems")).containsText("not staff");
        look(plain, "signin");
    }

    @Test
    void hostileTextsAreShownAsTheyAreOnEveryPage() {
        var ann = ApiClient.registered(base);
        ann.call(
                "POST",
                "api/v1/register",
                Json.object()
                        .put("username", "h" + ann.username().substring(1))
                        .put("password", ApiClient.PASSWORD)
                        .put("display_name", HOSTILE.substring(0, 60)));
        ann.login("h" + ann.username().substring(1), ApiClient.PASSWORD);
        String room = ann.room("public");
        ann.call(
                "PATCH",
                "api/v1/rooms/" + room,
                Json.object().put("name", HOSTILE).put("topic", HOSTILE));
        long seq = ann.post(room, HOSTILE).body().path("seq").asLong();
        Page page = admin();
        var dialogs = new ArrayList<String>();
        page.onDialog(dialog -> {
            dialogs.add(dialog.message());
            dialog.dismiss();
        });

        for (String address : List.of(
                "room?id=" + room,
                "user?id=" + ann.user(),
                "rooms",
                "act?do=msg.delete&room=" + room + "&seq=" + seq,
                "act?do=mute&room=" + room + "&user=" + ann.user())) {
            page.navigate(base + "admin/" + address);
            assertShownAsItIs(page);
        }
        page.navigate(base + "admin/users");
        search(page, "Name begins with, or id", ann.user());
        assertShownAsItIs(page);
        page.navigate(base + "admin/act?do=msg.delete&room=" + room + "&seq=" + seq);
        page.getByLabel("Reason").fill(HOSTILE);
        button(page, "Delete message").click();
        page.navigate(base + "admin/audit?target=" + room);
        assertThat(page.locator("td .why").first()).hasText(HOSTILE);
        assertThat(page.locator("main img")).hasCount(0);
        for (String label : List.of("Who (username or id)", "Target (id)")) {
            search(page, label, HOSTILE);
            assertThat(page.locator("tbody")).containsText("No act matches.");
            page.getByLabel(label).fill("");
        }
        assertThat(dialogs).isEmpty();
    }

    private static void assertShownAsItIs(Page page) {
        assertThat(page.locator("main")).containsText("<img src=x onerror=alert(1)> \"';drop table room;-- #{1+1}");
        assertThat(page.locator("main img, main script")).hasCount(0);
    }

    @Test
    void listsAreSearchedSortedAndTurnedByKeyboard() {
        String prefix = "p" + ApiClient.cid().substring(0, 6);
        for (int i = 10; i < 37; i++) {
            new ApiClient(base)
                    .call(
                            "POST",
                            "api/v1/register",
                            Json.object().put("username", prefix + i).put("password", ApiClient.PASSWORD));
        }
        Page page = admin();
        page.navigate(base + "admin/users");
        search(page, "Name begins with, or id", prefix);
        assertThat(page.locator("tbody tr")).hasCount(25);
        assertThat(page.locator(".ui-paginator-current")).hasText("1 to 25 of 27");
        browser.picture(page, "console-users");

        page.locator(".ui-paginator-next").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("tbody tr")).hasCount(2);
        assertThat(page.locator("tbody")).containsText(prefix + "36");
        page.locator("th", new Page.LocatorOptions().setHasText("Person")).focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("th[aria-sort='ascending']")).hasCount(1);
        page.keyboard().press("Enter");
        assertThat(page.locator("th[aria-sort='descending']")).hasCount(1);
        assertThat(page.locator("tbody tr").first()).containsText(prefix + "36");

        search(page, "Name begins with, or id", "'; drop table account; --");
        assertThat(page.locator("tbody")).containsText("Nobody matches.");
    }

    @Test
    void theAddressOfAListSaysWhatWasSearchedForSoThatAnotherOpensTheSame() {
        var ann = ApiClient.registered(base);
        String room = ann.room("private");
        Page page = admin();
        Page other = page.context().newPage();
        page.navigate(base + "admin/users");
        page.getByLabel("Show").selectOption("STAFF");
        search(page, "Name begins with, or id", ann.username());
        assertThat(page).hasURL(base + "admin/users?text=" + ann.username() + "&show=STAFF");
        other.navigate(base + "admin/users?text=" + ann.username() + "&show=nonsense");
        assertThat(other.locator("tbody tr")).hasCount(1);
        assertThat(other.locator("tbody")).containsText(ann.username());
        assertThat(other.getByLabel("Name begins with, or id")).hasValue(ann.username());

        page.navigate(base + "admin/rooms");
        search(page, "Name begins with, or id", room);
        assertThat(page).hasURL(base + "admin/rooms?text=" + room);
        other.navigate(page.url());
        assertThat(other.locator("tbody tr")).hasCount(1);
        other.navigate(page.url() + "&kind=PUBLIC");
        assertThat(other.locator("tbody")).containsText("No room matches.");

        page.navigate(base + "admin/audit?act=user.role");
        search(page, "Target (id)", ann.user());
        assertThat(page).hasURL(base + "admin/audit?act=user.role&target=" + ann.user());
    }

    @Test
    void clickAfterTheSessionEndedLeadsBackToTheSamePage() {
        var ben = ApiClient.registered(base);
        var person = ApiClient.registered(base);
        Page page = staff(person, GlobalRole.MODERATOR);
        String address = base + "admin/act?do=suspend&user=" + ben.user();
        page.navigate(address);
        page.getByLabel("Reason").fill("advertising");
        adminByHand.act("do=sign-out.all&user=" + person.user(), "a lost laptop", Map.of());
        button(page, "Suspend account").click();

        assertThat(page.locator(".notice:visible")).containsText("nothing was changed");
        browser.picture(page, "console-signin-lost");
        assertThat(ben.get("api/v1/me").status()).isEqualTo(200);
        fillIn(page, person.username(), ApiClient.PASSWORD);
        assertThat(heading(page, "Suspend account")).isVisible();
        assertThat(page).hasURL(address);
        assertThat(page.getByLabel("Reason")).hasValue("advertising");

        page.navigate(base + "admin/rooms");
        page.context().clearCookies(); // as when the session has run out
        page.getByLabel("Name begins with, or id").fill("x");
        button(page, "Find").click();
        assertThat(page.locator(".notice:visible")).containsText("nothing was changed");
        fillIn(page, person.username(), ApiClient.PASSWORD);
        assertThat(page).hasURL(base + "admin/rooms");

        page.context().clearCookies();
        button(page, "Sign out").click();
        assertThat(page.getByLabel("Password")).isVisible();
    }

    @Test
    void overviewLivesUntilTheSignInEnds() {
        var person = ApiClient.registered(base);
        Page page = staff(person, GlobalRole.AUDITOR);
        assertThat(page.locator("#live")).hasAttribute("data-state", "live");
        String room = person.room("public");
        String before = page.locator("[data-figure=messages]").innerText();

        person.post(room, "hello");
        assertThat(page.locator("[data-figure=messages]")).not().hasText(before);
        browser.picture(page, "console-overview");
        adminByHand.act("do=sign-out.all&user=" + person.user(), "a test", Map.of());

        assertThat(page.locator("#live")).containsText("nothing new since");
        page.reload();
        assertThat(page.getByLabel("Password")).isVisible();
    }

    @Test
    void pagesFitAPhoneAndTheDarkAndEverybody() {
        var owner = ApiClient.registered(base);
        String room = owner.room("public");
        owner.post(room, "averyveryverylongwordwithoutanyspaceinit".repeat(20));
        Page page = admin();
        for (String address : List.of(
                "overview",
                "users",
                "rooms",
                "audit",
                "room?id=" + room,
                "user?id=" + owner.user(),
                "act?do=ban&room=" + room + "&user=" + owner.user())) {
            page.navigate(base + "admin/" + address);
            look(page, address.split("\\?")[0]);
        }
    }

    @Test
    void keyboardReachesTheContentFirst() {
        Page page = admin();
        page.navigate(base + "admin/users");

        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Skip to the content");
        assertThat(page.locator(":focus")).isInViewport();
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");

        assertThat(page.getByLabel("Name begins with, or id")).isFocused();
        page.keyboard().type("who?");
        assertThat(page.getByLabel("Name begins with, or id")).hasValue("who?");
        assertThat(page.locator("#keys")).isHidden();
    }

    @Test
    void eachPageShowsItsKeysAtAQuestionMark() {
        Page page = admin();
        for (String name : List.of("overview", "users", "queue", "audit", "settings", "zone")) {
            page.navigate(base + "admin/" + name);
            page.keyboard().press("?");

            assertThat(page.locator("#keys")).containsText("outside of fields");
            assertThat(page.getByText("down, up in the list")).hasCount(name.equals("queue") ? 1 : 0);
            if (name.equals("queue")) {
                look(page, "keys");
            }
            page.keyboard().press("Escape");
            assertThat(page.locator("#keys")).isHidden();
        }
    }

    /** WCAG 2.2, 2.1.4: whoever speaks to the computer, or brushes a key, must not decide by it. */
    @Test
    void keysOfOneCharacterAreSwitchedOffAndOnAgainOnAnyPageAndStaySo() {
        Page page = admin();
        page.keyboard().press("?");
        Locator act = page.getByLabel("Keys of a single character act, in this browser");
        assertThat(act).isChecked();
        act.uncheck();
        assertThat(page.locator("#keys .off")).containsText("switched off");
        look(page, "keys-off");
        page.keyboard().press("Escape");

        page.navigate(base + "admin/queue");
        page.keyboard().press("?");
        page.keyboard().press("j");
        assertThat(page.locator("#keys")).isHidden();
        assertThat(page.locator("a.case:focus")).hasCount(0);
        Page other = staff(ApiClient.registered(base), GlobalRole.MODERATOR);
        other.keyboard().press("?");
        assertThat(other.locator("#keys")).isVisible();

        button(page, "Keys").click();
        act.check();
        assertThat(page.locator("#keys .off")).isHidden();
        button(page, "Close").click();
        page.keyboard().press("?");
        assertThat(page.locator("#keys")).isVisible();
    }

    @Test
    void aListIsTheSameBehindBackAndBehindALinkWhateverItsPageAndOrder() {
        String prefix = "list" + ApiClient.cid().substring(0, 8);
        for (int i = 0; i < 30; i++) {
            ApiClient.registered(base, prefix + String.format("%02d", i));
        }
        Page page = admin();
        page.navigate(base + "admin/users?text=" + prefix);
        Locator first = page.locator("tbody tr").first();
        assertThat(first).containsText(prefix + "00");
        Locator person = page.locator("th").filter(new Locator.FilterOptions().setHasText("Person"));
        person.click();
        assertThat(page).hasURL(Pattern.compile(".*[?]text=" + prefix + "&sort=username"));
        person.click();
        assertThat(page).hasURL(Pattern.compile(".*&sort=-username"));
        assertThat(first).containsText(prefix + "29");
        page.locator(".ui-paginator-next").click();
        assertThat(page).hasURL(Pattern.compile(".*&sort=-username&first=25"));
        assertThat(first).containsText(prefix + "04");
        String shared = page.url();
        look(page, "users-page-two");

        link(page, prefix + "04").click();
        assertThat(heading(page, prefix + "04")).isVisible();
        page.goBack();
        assertThat(first).containsText(prefix + "04");
        Page elsewhere = admin();
        elsewhere.navigate(shared);
        Locator firstElsewhere = elsewhere.locator("tbody tr").first();
        assertThat(firstElsewhere).containsText(prefix + "04");
        assertThat(elsewhere.locator("th[aria-sort=descending]")).containsText("Person");
        assertThat(elsewhere.locator(".ui-paginator-current")).hasText("26 to 30 of 30");
        elsewhere.locator(".ui-paginator-prev").click();
        assertThat(firstElsewhere).containsText(prefix + "29");
        assertThat(elsewhere).hasURL(Pattern.compile(".*&sort=-username"));

        for (String wrong :
                List.of("first=x&sort=password", "first=-25&sort=-", "first=7&sort=username,id", "first=99999999999")) {
            elsewhere.navigate(base + "admin/users?text=" + prefix + "&" + wrong);
            assertThat(firstElsewhere).containsText(prefix + "00");
        }
        elsewhere.navigate(base + "admin/users?text=" + prefix + "&first=9975");
        assertThat(elsewhere.locator(".ui-paginator-current")).hasText("26 to 30 of 30");
    }

    @Test
    void aSearchAmongTheMembersOfARoomIsThereBehindBack() {
        var owner = ApiClient.registered(base);
        var found = ApiClient.registered(base);
        String room = owner.room("public");
        found.join(room);
        Page page = admin();
        page.navigate(base + "admin/room?id=" + room + "#membersHeading");
        page.getByLabel("Username begins with, or id").fill(found.username());
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Find").setExact(true))
                .click();
        assertThat(page).hasURL(Pattern.compile(".*[?]id=" + room + "&member=" + found.username() + "#membersHeading"));
        assertThat(page.locator("#members tbody tr")).hasCount(1);

        link(page, found.username()).click();
        assertThat(heading(page, found.username())).isVisible();
        page.goBack();

        assertThat(page.locator("#members tbody tr")).hasCount(1);
        assertThat(page.locator("#members tbody")).containsText(found.username());
    }
}
