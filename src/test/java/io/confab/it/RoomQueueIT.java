package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ConsoleStory;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports for who moderates a room: in a browser, by requests made by hand, and by the API. */
class RoomQueueIT extends ConsoleStory {
    private static final String TOLD = "he does it each day";

    private static ApiClient mia;

    private ApiClient owner;
    private ApiClient roy;
    private ApiClient ben;
    private ApiClient ann;
    /** Moderates another room. */
    private ApiClient stranger;

    private String room;
    private String other;
    private String caseId;

    @BeforeAll
    static void findStaff() {
        mia = ApiClient.registered(base);
        adminByHand.give(GlobalRole.MODERATOR, mia.user());
    }

    @BeforeEach
    void report() {
        owner = ApiClient.registered(base);
        roy = ApiClient.registered(base);
        ben = ApiClient.registered(base);
        ann = ApiClient.registered(base);
        stranger = ApiClient.registered(base);
        room = owner.room("private", ann.user(), ben.user(), roy.user());
        role("moderator");
        other = stranger.room("public");
        ann.join(other);
        ben.join(other);
        ann.post(room, "good morning");
        caseId = reported(room, "you are all fools");
    }

    private void role(String word) {
        String path = "api/v1/rooms/" + room + "/members/" + roy.user();
        assertThat(owner.call("PUT", path, Json.object().put("role", word)).status())
                .isEqualTo(200);
    }

    private String reported(String where, String text) {
        long seq = ben.post(where, text).body().path("seq").asLong();
        var wish = Json.object().put("room", where).put("seq", seq).put("type", "violence");
        assertThat(ann.call("POST", "api/v1/reports", wish.put("text", TOLD)).status())
                .isEqualTo(201);
        for (JsonNode row : mia.get("api/v1/cases?limit=50").body().path("cases")) {
            if (row.path("room").asText().equals(where) && row.path("seq").asLong() == seq) {
                return row.path("case").asText();
            }
        }
        throw new AssertionError("the report is not in the queue");
    }

    private static Page open(ApiClient person, String path) {
        Page page = browser.window(1200, 900);
        page.navigate(base + "admin/" + path);
        fillIn(page, person.username(), ApiClient.PASSWORD);
        return page;
    }

    private static ObjectNode decision(String verdict) {
        return Json.object()
                .put("cid", ApiClient.cid())
                .put("verdict", verdict)
                .put("reason", "be kind")
                .put("version", 1);
    }

    private ApiClient.Reply decides(ApiClient person, ObjectNode wish) {
        return person.call("POST", "api/v1/cases/" + caseId + "/decisions", wish);
    }

    private String state() {
        return mia.get("api/v1/cases/" + caseId).body().path("state").asText();
    }

    @Test
    void theySeeTheReportOfTheirRoomDeleteAndMuteByKeysAndTakeItBack() {
        String next = reported(room, "and you too");
        Page page = signIn(roy.username(), ApiClient.PASSWORD);
        assertThat(page).hasURL(Pattern.compile(".*/admin/rooms"));
        link(page, "Reports (2)").click();
        assertThat(page.locator("a.case")).hasCount(2);
        assertThat(page.locator("th")).not().containsText(new String[] {"Score"});
        page.keyboard().press("j");
        assertThat(page.locator("a.case").first()).isFocused();
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile(".*/admin/report\\?id=" + caseId));
        assertThat(page.locator(".texts")).containsText("all fools");
        assertThat(page.locator(".talk")).containsText("good morning");
        assertThat(page.locator("main")).not().containsText(TOLD);
        assertThat(page.locator("main")).not().containsText("Who reported it");
        assertThat(page.locator("[id='decide:do_suspend'], [id='decide:do_warn'], [id='decide:disagree']"))
                .hasCount(0);
        look(page, "room-report");

        assertThat(page.locator("form[data-ready]")).hasCount(1);
        for (String key : List.of("2", "3", "7", "a")) {
            page.keyboard().press(key);
        }

        assertThat(page.locator(".toast")).containsText("agree: delete the message, mute until");
        assertThat(page).hasURL(Pattern.compile(".*/admin/report\\?id=" + next));
        assertThat(ben.post(room, "hm").code()).isEqualTo("muted");
        assertThat(state()).isEqualTo("closed");
        assertThat(ann.get("api/v1/reports").body().at("/reports/1/outcome").asText())
                .isEqualTo("upheld");
        Page staff = open(mia, "report?id=" + caseId);
        assertThat(staff.locator(".notice.good")).containsText(roy.username() + ", moderator of the room");

        button(page, "Undo").click();

        assertThat(page.locator(".notice").first()).containsText("Taken back");
        assertThat(page).hasURL(Pattern.compile(".*" + caseId));
        assertThat(ben.post(room, "thank you").status()).isEqualTo(201);
        assertThat(state()).isEqualTo("open");
        assertThat(page.locator(".notice.passed")).containsText("Staff decide");
        assertThat(button(page, "Agree (a)")).hasCount(0);
        page.navigate(base + "admin/report?id=" + next);
        button(page, "Agree (a)").click(); // with nothing ticked the message would stay
        assertThat(page.locator(".problems")).containsText("takes the message away, or leaves it to staff");
        assertThat(mia.get("api/v1/cases/" + next).body().path("state").asText())
                .isEqualTo("open");
    }

    @Test
    void whatTheyLeaveToStaffLeavesTheirListAndStaffSeeTheLine() {
        Page page = open(roy, "report?id=" + caseId);
        assertThat(page.locator("form[data-ready]")).hasCount(1);
        page.keyboard().press("p");
        assertThat(page.locator(".problems")).containsText("reason");
        page.getByLabel("Or: why it may stand").fill("a joke among friends");

        button(page, "Leave it to staff (p)").click();

        assertThat(said(page)).containsText("Left to staff.");
        assertThat(page).hasURL(Pattern.compile(".*/admin/queue"));
        assertThat(page.locator("a.case")).hasCount(0);
        Page staff = open(mia, "queue");
        assertThat(staff.locator("td", new Page.LocatorOptions().setHas(staff.locator("a[href$='" + caseId + "']"))))
                .containsText(roy.username() + ", moderator of the room, lets it stand: a joke among friends");
        look(staff, "queue-passed");
        staff.locator("a[href$='" + caseId + "']").click();
        assertThat(staff.locator(".notice.passed")).containsText("lets it stand: a joke among friends");
        assertThat(button(staff, "Leave it to staff (p)")).hasCount(0);
        look(staff, "report-passed");
        button(staff, "Disagree (d)").click();
        assertThat(staff.locator(".toast")).containsText("disagree");
        page.navigate(base + "admin/queue?state=closed");
        assertThat(page.locator("main")).containsText(mia.username() + ": disagree");
        page.navigate(base + "admin/report?id=" + caseId);
        assertThat(page.locator(".former").last()).containsText("let it stand; staff decide");
        assertThat(button(page, "Take the decision back")).hasCount(0);
        look(page, "room-report-decided");
    }

    /** Nothing leads them to a page that is not for them. */
    @Test
    void eachLinkOfTheirPagesOpens() {
        var console = ConsoleClient.signedIn(base, roy.username(), ApiClient.PASSWORD);
        Page page = open(roy, "queue");
        for (String path : List.of("queue", "queue?state=closed", "report?id=" + caseId)) {
            page.navigate(base + "admin/" + path);
            @SuppressWarnings("unchecked") // of strings, as the script makes it
            var links = (List<String>) page.evaluate(
                    "[...document.querySelectorAll('a[href^=\"/admin\"]')].map(a => a.getAttribute('href'))");
            assertThat(links).isNotEmpty();
            for (String link : links) {
                assertThat(console.get(link.replaceAll("^/admin/|#.*", "")).status())
                        .as(link)
                        .isIn(200, 303);
            }
        }
    }

    @Test
    void openPagesAreToldOfWhatTheyReachAndNothingElseComesDownTheirSocket() {
        Page theirs = open(roy, "queue");
        var frames = new CopyOnWriteArrayList<String>();
        Page strange = browser.window(1200, 900);
        strange.onWebSocket(socket -> socket.onFrameReceived(frame -> frames.add(frame.text())));
        strange.navigate(base + "admin/queue");
        fillIn(strange, stranger.username(), ApiClient.PASSWORD);
        assertThat(theirs.locator("#live")).hasText("live");
        assertThat(strange.locator("#live")).hasText("live");

        String inTheirs = reported(room, "the news of this room");
        String inAnother = reported(other, "the news of the other");

        assertThat(theirs.locator("#fresh")).containsText("the news of this room");
        assertThat(strange.locator("#fresh")).containsText("the news of the other");
        assertThat(strange.locator("[data-tab=open]")).hasText("Open (1)");
        assertThat(theirs.locator("[data-tab=open]")).hasText("Open (2)");
        assertThat(theirs.locator("#fresh")).not().containsText("the other");
        mia.call("PUT", "api/v1/cases/" + inAnother + "/claim", Json.object());
        mia.call("PUT", "api/v1/cases/" + inTheirs + "/claim", Json.object());
        decides(mia, decision("escalate")); // what was on the list of one is now on that of the admins
        strange.waitForFunction("name => document.getElementById('fresh').textContent.includes('the other')", "");
        assertThat(frames).anyMatch(frame -> frame.contains(inAnother));
        assertThat(frames)
                .as("of a room that is not theirs, and of the score")
                .noneMatch(frame -> frame.contains(inTheirs) || frame.contains(caseId) || frame.contains("score"));
        look(theirs, "room-queue-live");
    }

    @Test
    void whoIsNoModeratorAnyMoreGetsAClearAnswerOnThePageThatIsOpenAndNothingIsDone() {
        String own = roy.room("public"); // so they are let in all the same
        assertThat(own).isNotEmpty();
        Page page = open(roy, "report?id=" + caseId);
        page.locator("[id='decide:do_delete']").check();
        role("member");

        button(page, "Agree (a)").click();

        assertThat(page.locator("main")).containsText("There is no such page, person, room or message");
        assertThat(state()).isEqualTo("open");
        assertThat(ben.get("api/v1/rooms/" + room + "/messages").raw().body()).contains("all fools");
        browser.takeErrors(); // that the page answered 404
    }

    @Test
    void theApiShowsAndTakesTheSame() {
        var list = roy.get("api/v1/cases").body();
        assertThat(list.path("total").asInt()).isEqualTo(1);
        assertThat(list.at("/cases/0/case").asText()).isEqualTo(caseId);
        JsonNode one = roy.get("api/v1/cases/" + caseId).body();
        assertThat(one.toString()).contains("all fools").doesNotContain(TOLD, ann.user());
        assertThat(one.has("filed")).isFalse();
        assertThat(one.has("score") || list.at("/cases/0").has("score")).isFalse();
        assertThat(roy.get("api/v1/cases/" + caseId + "/alike").status()).isEqualTo(200);
        assertThat(roy.get("api/v1/reason-templates").status()).isEqualTo(403);
        assertThat(roy.get("api/v1/policies/hide-score").status()).isEqualTo(403);

        for (ApiClient outside : List.of(stranger, ann)) {
            int status = outside == ann ? 403 : 404; // who moderates nothing has no business here at all
            assertThat(outside.get("api/v1/cases/" + caseId).status()).isEqualTo(status);
            assertThat(outside.get("api/v1/cases/" + caseId + "/alike").status())
                    .isEqualTo(status);
            assertThat(outside.call("PUT", "api/v1/cases/" + caseId + "/claim", Json.object())
                            .status())
                    .isEqualTo(status);
            assertThat(decides(outside, decision("pass")).status()).isEqualTo(status);
            assertThat(decides(outside, decision("note").put("note", "hm")).status())
                    .isEqualTo(status);
        }
        assertThat(stranger.get("api/v1/cases").body().path("total").asInt()).isZero();

        assertThat(decides(roy, decision("disagree").put("reason", "")).status())
                .isEqualTo(403);
        assertThat(decides(mia, decision("pass")).code()).isEqualTo("bad_request");
        assertThat(roy.call("PUT", "api/v1/cases/" + caseId + "/claim", Json.object())
                        .status())
                .isEqualTo(200);
        ObjectNode agree = decision("agree");
        agree.putArray("acts").addObject().put("act", "hide");
        ApiClient.Reply made = decides(roy, agree);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().path("by_room").asBoolean()).isTrue();
        String undo = "api/v1/cases/decisions/" + made.body().path("decision").asText();
        var back = Json.object().put("cid", ApiClient.cid()).put("version", 2);
        assertThat(stranger.call("POST", undo + "/undo", back).status()).isEqualTo(404);
        assertThat(stranger.call("POST", undo + "/finish", null).status()).isEqualTo(404);
        assertThat(owner.call("POST", undo + "/undo", back).status()).isEqualTo(201);
        assertThat(roy.call("POST", undo + "/finish", null).status()).isEqualTo(201);
        assertThat(state()).isEqualTo("open");
    }

    @Test
    void readyReasonsStandBesideTheReasonWithoutTheNotesOfStaff() {
        var template = Json.object()
                .put("title", "Kindness")
                .put("text", "be kind to each other")
                .put("note", "watch this one");
        ApiClient admin = io.confab.it.support.SharedServer.admin();
        assertThat(admin.call("PUT", "api/v1/reason-templates/t_rooms", template)
                        .status())
                .isEqualTo(200);
        var console = ConsoleClient.signedIn(base, roy.username(), ApiClient.PASSWORD);

        String html = console.get("report?id=" + caseId).html();

        assertThat(html).contains("be kind to each other").doesNotContain("watch this one");
        assertThat(console.get("templates").status()).isEqualTo(403);
        assertThat(console.post("templates", console.get("queue"), Map.of("template", "template"))
                        .status())
                .isEqualTo(403);
        admin.call("DELETE", "api/v1/reason-templates/t_rooms", null);
    }
}
