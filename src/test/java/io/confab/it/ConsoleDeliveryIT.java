package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleStory;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import org.junit.jupiter.api.Test;

/** Who got a message: the page in a browser, the call by hand, and who gets in; two nodes: {@code TwoNodesIT}. */
class ConsoleDeliveryIT extends ConsoleStory {
    private final ApiClient admin = SharedServer.admin();

    private static Locator person(Page page, ApiClient who) {
        return page.locator(".got > li[data-user='" + who.user() + "']");
    }

    @Test
    void aModeratorSeesTheWayOfAMessageFromTheRoomAndWhereEachStands() {
        var ann = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        var cat = ApiClient.registered(base);
        var dan = ApiClient.registered(base);
        String room = ann.room("public");
        for (ApiClient each : new ApiClient[] {ben, cat, dan}) {
            each.join(room);
        }
        var moderator = ApiClient.registered(base);
        Page page = staff(moderator, GlobalRole.MODERATOR);
        try (var bens = ChatClient.connect(ben, room);
                var cats = ChatClient.connect(cat, room)) {
            long seq = ann.post(room, "dinner?").body().path("seq").asLong();
            bens.expectEvent(room, seq);
            cats.expectEvent(room, seq);
            bens.expectOk(bens.send("read", room, Json.object().put("seq", seq)));

            page.navigate(base + "admin/room?id=" + room);
            page.locator("#m" + seq).getByText("Did they get it?").click();

            assertThat(heading(page, "Did they get it?")).isVisible();
            assertThat(page.locator(".way [data-node]")).hasAttribute("data-state", "arrived");
            assertThat(page.locator(".way")).containsText("committed it itself");
            assertThat(page.locator(".way")).containsText("2 sent");
            assertThat(page.locator(".way")).containsText("1 of 3 others who");
            assertThat(person(page, ann)).containsText("wrote it");
            assertThat(person(page, ben).locator(".tag").first()).hasText("read");
            assertThat(person(page, cat).locator(".tag").first()).hasText("sent, not read yet");
            assertThat(person(page, cat)).containsText("socket: sent");
            assertThat(person(page, cat)).not().containsText("last heard"); // for admins
            String call = "api/v1/rooms/" + room + "/messages/" + seq + "/delivery?user=" + cat.user();
            assertThat(moderator.get(call).body().at("/people/0/sockets/0").has("socket"))
                    .isFalse();
            assertThat(admin.get(call).body().at("/people/0/sockets/0").has("socket"))
                    .isTrue();
            assertThat(person(page, dan).locator(".tag").first()).hasText("not connected");
            look(page, "delivery");
            page.getByLabel("Person").fill(cat.username());
            button(page, "Find").click();
            assertThat(page.locator(".got > li")).hasCount(1);
            page.getByLabel("Person").fill("nobody.at.all");
            button(page, "Find").click();
            assertThat(page.locator(".notice.bad:visible")).containsText("There is nobody");
        }
        for (String none : new String[] {"room=" + room + "&seq=1", "room=" + room + "&seq=x", "room=r_none&seq=5"}) {
            assertThat(adminByHand.get("delivery?" + none).status()).as(none).isEqualTo(404);
        }
    }

    @Test
    void ofAPrivateRoomItIsShownOnlyToWhoHasSaidWhy() {
        var ann = ApiClient.registered(base);
        var ben = ApiClient.registered(base);
        String room = ann.room("private", ben.user());
        long seq = ann.post(room, "between us").body().path("seq").asLong();
        Page page = staff(ApiClient.registered(base), GlobalRole.AUDITOR);

        page.navigate(base + "admin/delivery?room=" + room + "&seq=" + seq);
        assertThat(page.locator("main")).not().containsText(ben.username());
        button(page, "Show who got it").click();
        assertThat(page.locator(".problems")).containsText("reason");
        page.getByLabel("Reason for reading").fill("ticket 4711");
        button(page, "Show who got it").click();
        assertThat(person(page, ben)).containsText("not connected");
        assertThat(page.locator("main")).not().containsText("between us");
        page.navigate(base + "admin/audit?target=" + room);
        assertThat(page.locator("tbody tr").first()).containsText("ticket 4711");

        String call = "api/v1/rooms/" + room + "/messages/" + seq + "/delivery";
        assertThat(admin.get(call).code()).isEqualTo("bad_request");
        assertThat(admin.get(call + "?reason=ticket+4712").body().path("people"))
                .hasSize(2);
        assertThat(adminByHand.get("audit?target=" + room).html()).contains("ticket 4712");
        assertThat(admin.get(call + "?reason=x&limit=51").code()).isEqualTo("bad_request");
        assertThat(admin.get(call.replace("/" + seq + "/", "/1/") + "?reason=x").code())
                .isEqualTo("not_found");
        assertThat(admin.get(call.replace(room, "r_none") + "?reason=x").code()).isEqualTo("not_found");
        for (ApiClient member : new ApiClient[] {ann, ben}) { // the owner, too
            assertThat(member.get(call + "?reason=x").code()).isEqualTo("forbidden");
        }
    }
}
