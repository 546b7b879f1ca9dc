package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ConsoleStory;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Search in messages: the page in a browser, the call by hand, and who gets in. */
class ConsoleSearchIT extends ConsoleStory {
    private static final String HOSTILE = "<img src=x onerror=alert(1)> \u202Eevil\u202C #{1+1} &amp;";
    private static final Duration SOON = Duration.ofSeconds(10);

    private final ApiClient admin = SharedServer.admin();

    private JsonNode found(ApiClient who, String query) {
        return who.get("api/v1/search/messages?" + query).body();
    }

    private void awaitFound(String query, int hits) {
        await().atMost(SOON).until(() -> found(admin, query).path("messages").size() == hits);
    }

    private static String word() {
        return "w" + ApiClient.cid().replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static long posted(ApiClient by, String room, String text) {
        return by.post(room, text).body().path("seq").asLong();
    }

    @Test
    void aModeratorFindsWhatWasSaidAndSeesItInItsPlace() {
        var ann = ApiClient.registered(base);
        String room = ann.room("public");
        String word = word();
        for (int i = 1; i <= 15; i++) {
            ann.post(room, "before " + i);
        }
        long meant = posted(ann, room, HOSTILE + " " + word + " 東京都 مرحبا");
        for (int i = 1; i <= 15; i++) {
            ann.post(room, "after " + i);
        }
        for (int i = 1; i <= 26; i++) {
            ann.post(room, word + " again " + i);
        }
        awaitFound("limit=100&q=" + word, 27);
        Page page = staff(ApiClient.registered(base), GlobalRole.MODERATOR);

        link(page, "Search").click();
        assertThat(heading(page, "Search in messages")).isVisible();
        page.getByLabel("Words").fill(word.toUpperCase(Locale.ROOT));
        page.getByLabel("Words").press("Enter");
        assertThat(page.locator(".talk > li")).hasCount(25);
        assertThat(page.locator(".talk mark").first()).hasText(word);
        assertThat(page).hasURL(Pattern.compile(".*/admin/search\\?q=" + word.toUpperCase(Locale.ROOT) + ".*"));
        look(page, "search");
        link(page, "Older").click();
        assertThat(page.locator(".talk > li")).hasCount(2);
        assertThat(page.locator(".talk > li").last()).containsText(HOSTILE);
        assertThat(page.locator("main img, main script")).hasCount(0);
        link(page, "Newest").click();
        assertThat(page.locator(".talk > li")).hasCount(25);

        page.getByLabel("Words").fill("京都 مرحبا");
        page.getByLabel("Room (id)").fill(room);
        page.getByLabel("From").fill(LocalDate.now(ZoneOffset.UTC).minusDays(1).toString());
        button(page, "Search").click();
        assertThat(page.locator(".talk > li")).hasCount(1);
        assertThat(page.locator(".talk mark")).hasText(new String[] {"京都", "مرحبا"});
        page.getByText("In context").click();
        assertThat(page.locator(".talk > li")).hasCount(21);
        assertThat(page.locator("#m" + meant)).hasClass("meant");
        assertThat(page.locator("#m" + meant)).isInViewport();
        assertThat(page.locator(".talk > li").first()).containsText("before 6");
        assertThat(page.locator(".talk > li").last()).containsText("after 10");
        browser.picture(page, "console-search-context");

        for (var wrong : List.of(
                List.of("q=...", "There is no letter"),
                List.of("from=2026-01-01", "Say a word"),
                List.of("q=x&who=nobody.at.all", "There is nobody"),
                List.of("q=x&room=r_none", "There is no room"),
                List.of("q=x&from=yesterday", "A day is written"),
                List.of("q=x&who=%00", "There is nobody"),
                List.of("q=ab*", "Before a *"))) {
            page.navigate(base + "admin/search?" + wrong.getFirst());
            assertThat(page.locator(".notice.bad:visible")).containsText(wrong.getLast());
        }
        page.navigate(base + "admin/search?q=" + word + "&until=2001-01-01");
        assertThat(page.locator("main")).containsText("No message matches.");
    }

    @Test
    void aPrivateRoomIsSearchedOnlyByWhoHasSaidWhy() {
        var ann = ApiClient.registered(base);
        String secret = ann.room("private");
        String word = word();
        posted(ann, secret, word + " between us");
        awaitFound("reason=a+test&room=" + secret + "&q=" + word, 1);
        Page page = staff(ApiClient.registered(base), GlobalRole.MODERATOR);

        page.navigate(base + "admin/search?q=" + word);
        assertThat(page.locator("main")).containsText("No message matches.");
        page.navigate(base + "admin/search?q=" + word + "&who=" + ann.username());
        assertThat(page.locator("main")).containsText("No message matches.");
        page.navigate(base + "admin/search?q=" + word + "&room=" + secret);
        assertThat(page.locator("main")).not().containsText("between us");
        button(page, "Search this room").click();
        assertThat(page.locator(".problems")).containsText("reason");
        look(page, "search-private");
        page.getByLabel("Reason for reading").fill("report 17");
        button(page, "Search this room").click();
        assertThat(page.locator(".talk > li")).containsText("between us");
        page.reload(); // asks for nothing again
        assertThat(page.locator(".talk > li")).containsText("between us");
        page.navigate(base + "admin/search?q=" + word);
        assertThat(page.locator(".talk > li")).containsText("between us");

        page.navigate(base + "admin/audit?target=" + secret);
        assertThat(page.locator("tbody tr").first()).containsText("report 17");
    }

    @Test
    void onlyModeratorsAndAdminsSearch() {
        var ann = ApiClient.registered(base);
        var reading = ApiClient.registered(base);
        adminByHand.give(GlobalRole.AUDITOR, reading.user());
        var auditor = ConsoleClient.signedIn(base, reading.username(), ApiClient.PASSWORD);
        ConsoleClient.Page refused = auditor.get("search?q=hello");
        String secret = ann.room("private");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(auditor.get("overview").html()).doesNotContain("/admin/search");
        assertThat(new ConsoleClient(base).get("search?q=hello").location()).contains("/admin/signin");
        for (ApiClient nobody : List.of(ann, reading)) {
            assertThat(nobody.get("api/v1/search/messages?q=hello").code()).isEqualTo("forbidden");
        }
        assertThat(admin.get("api/v1/search/messages?q=hello&room=" + secret).code())
                .isEqualTo("bad_request");
        assertThat(admin.get("api/v1/search/messages?q=hello&reason=x&room=r_none")
                        .code())
                .isEqualTo("not_found");
        for (String wrong : List.of("q=...", "", "q=ab*", "q=x&limit=0", "q=x&before=1", "q=x&from=today", "q=a%00")) {
            assertThat(admin.get("api/v1/search/messages?" + wrong).code())
                    .as(wrong)
                    .isEqualTo("bad_request");
        }
    }

    @Test
    void whatWasEditedOrDeletedIsNotFoundByItsFormerWords() {
        var ann = ApiClient.registered(base);
        String room = ann.room("public");
        String alpha = word();
        String beta = word();
        long edited = posted(ann, room, alpha + " one");
        long gone = posted(ann, room, alpha + " two");
        awaitFound("q=" + alpha, 2);

        var edit = Json.object();
        edit.putObject("body").put("type", "text").put("text", beta);
        ann.call("PATCH", "api/v1/rooms/" + room + "/messages/" + edited, edit);
        ann.call("DELETE", "api/v1/rooms/" + room + "/messages/" + gone, null);

        assertThat(found(admin, "q=" + alpha).path("messages")).isEmpty(); // at once
        awaitFound("q=" + beta, 1);
        JsonNode message = found(admin, "q=" + URLEncoder.encode(beta, StandardCharsets.UTF_8))
                .at("/messages/0");
        assertThat(message.path("text").asText()).isEqualTo(beta);
        assertThat(message.path("edited_at").asText()).isNotEmpty();
    }
}
