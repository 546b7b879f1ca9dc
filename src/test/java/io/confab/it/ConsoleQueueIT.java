package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ConsoleStory;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports in the console: the queue, a case, its decision, in a browser and by requests made by hand. */
class ConsoleQueueIT extends ConsoleStory {
    private static final Pattern FIELD = Pattern.compile("name=\"(decide:[a-z]+)\"[^>]* value=\"([^\"]*)\"");
    /** How often it is measured when a report is in the open list; {@code -Dconfab.live=20} for docs/performance.md. */
    private static final int MEASURED = Integer.getInteger("confab.live", 3);

    private static final String TURN = "you are \u202Eall fools";

    private static ApiClient mia;
    private static ApiClient max;

    private ApiClient ann;
    private ApiClient ben;
    private String room;
    private long seq;
    private String caseId;

    @BeforeAll
    static void findStaff() {
        mia = staff(GlobalRole.MODERATOR);
        max = staff(GlobalRole.MODERATOR);
    }

    private static ApiClient staff(GlobalRole role) {
        var person = ApiClient.registered(base);
        adminByHand.give(role, person.user());
        return person;
    }

    @BeforeEach
    void report() {
        ann = ApiClient.registered(base);
        ben = ApiClient.registered(base);
        room = ann.room("public");
        ben.join(room);
        for (int i = 1; i <= 3; i++) {
            ann.post(room, "before it " + i);
        }
        seq = ben.post(room, TURN).body().path("seq").asLong();
        ann.post(room, "that is not kind");
        caseId = reported(seq);
    }

    /** Reports a message of the room; the id of its case. */
    private String reported(long which) {
        report(ann, which);
        for (var row : mia.get("api/v1/cases?limit=50").body().path("cases")) {
            if (row.path("room").asText().equals(room) && row.path("seq").asLong() == which) {
                return row.path("case").asText();
            }
        }
        throw new AssertionError("the report is not in the queue");
    }

    private void report(ApiClient by, long which) {
        var wish = Json.object().put("room", room).put("seq", which).put("type", "violence");
        assertThat(by.call("POST", "api/v1/reports", wish.put("text", "he does it each day"))
                        .status())
                .isEqualTo(201);
    }

    private static Page open(ApiClient person, String path) {
        Page page = browser.window(1200, 900);
        page.navigate(base + "admin/" + path);
        fillIn(page, person.username(), ApiClient.PASSWORD);
        return page;
    }

    private String outcome() {
        return ann.get("api/v1/reports").body().at("/reports/0/outcome").asText();
    }

    private long lines() {
        return adminByHand.get("audit?target=" + room).rows();
    }

    @Test
    void twoKeysMuteTheNextReportOpensAndTheDecisionIsTakenBack() {
        reported(ben.post(room, "and again").body().path("seq").asLong());
        Page page = open(mia, "queue");
        assertThat(page.locator("a.case[href$='" + caseId + "']")).containsText("all fools");
        browser.picture(page, "console-queue");
        page.keyboard().press("j");
        assertThat(page.locator("a.case").first()).isFocused();
        page.navigate(base + "admin/report?id=" + caseId);
        assertThat(page.locator(".texts")).containsText("all fools");
        assertThat(page.locator(".talk .reported")).containsText("all fools");
        assertThat(page.locator(".talk")).containsText("that is not kind");
        assertThat(page.locator("a[href='/admin/deletion?user=" + ben.user() + "']"))
                .isVisible();
        browser.picture(page, "console-report");

        assertThat(page.locator("form[data-ready]")).hasCount(1);
        page.keyboard().press("3");
        page.keyboard().press("7");
        page.keyboard().press("a");

        assertThat(page.locator(".toast")).containsText("mute until");
        assertThat(page).not().hasURL(Pattern.compile(".*" + caseId));
        assertThat(page).hasURL(Pattern.compile(".*/admin/report\\?id=k_.*"));
        browser.picture(page, "console-report-decided");
        assertThat(ben.post(room, "hm").code()).isEqualTo("muted");
        assertThat(outcome()).isEqualTo("open"); // that of the newest report
        assertThat(ann.get("api/v1/reports").body().at("/reports/1/outcome").asText())
                .isEqualTo("upheld");

        button(page, "Undo").click();

        assertThat(page).hasURL(Pattern.compile(".*" + caseId));
        assertThat(page.locator(".notice").first()).containsText("Taken back");
        assertThat(page.locator(".former").last()).containsText("taken back");
        assertThat(ben.post(room, "thank you").status()).isEqualTo(201);
        assertThat(ann.get("api/v1/reports").body().at("/reports/1/outcome").asText())
                .isEqualTo("open");
    }

    @Test
    void whatSomebodySaidLatelyIsCountedDeletedByAKeyAndComesBackWithTheDecision() {
        for (int i = 1; i <= 4; i++) {
            ben.post(room, "and more " + i);
        }
        Page page = open(mia, "report?id=" + caseId);
        assertThat(page.locator("form[data-ready]")).hasCount(1);
        assertThat(page.locator("[id='decide:counted']")).isEmpty();
        page.keyboard().press("h");
        assertThat(page.locator("[id='decide:do_delete_recent']")).isChecked();
        page.getByLabel("What they said in").selectOption("the last 24 hours");
        button(page, "Count them").click();
        assertThat(page.locator("[id='decide:counted']")).containsText("5 messages of the last hour");
        assertThat(page.locator("[id='decide:do_delete_recent']")).isChecked();
        look(page, "report-lately");
        page.getByLabel("Note, for staff alone").scrollIntoViewIfNeeded();
        browser.picture(page, "console-report-lately-form");
        page.locator("h1").click(); // keys are not for a field
        page.keyboard().press("a");

        assertThat(page.locator(".toast")).containsText("delete what they said in the last 24 hours");
        page.navigate(base + "admin/report?id=" + caseId);
        page.locator("ol.former a[href^='/admin/job']").click();
        assertThat(page.locator("[id$=progress] .tag").first())
                .hasText("done", new HasTextOptions().setTimeout(30_000));
        assertThat(ben.post(room, "hm").code()).isEqualTo("muted");
        page.locator("[id$=case]").click();
        assertThat(page).hasURL(base + "admin/report?id=" + caseId);
        assertThat(page.locator("ol.former").last()).containsText("done, 5 of 5 messages");
        look(page, "report-lately-done");

        button(page, "Take the decision back").click();

        assertThat(page.locator(".notice").first()).containsText("Taken back");
        page.locator("ol.former a[href^='/admin/job']").first().click();
        assertThat(page.locator("h1")).containsText("Bring back the messages of the last 24 hours");
        assertThat(page.locator("[id$=progress]"))
                .containsText("5 of 5 messages", new ContainsTextOptions().setTimeout(30_000));
        assertThat(page.locator("[id$=case]")).hasAttribute("href", "/admin/report?id=" + caseId);
        assertThat(ben.post(room, "thank you").status()).isEqualTo(201);
        assertThat(ann.get("api/v1/rooms/" + room + "/messages").raw().body()).contains("and more 4");
    }

    @Test
    void whoComesSecondSeesWhoLooksAndIsToldWhatWasDecided() {
        Page first = open(mia, "report?id=" + caseId);
        assertThat(button(first, "Agree (a)")).isVisible();
        Page second = open(max, "report?id=" + caseId);
        assertThat(second.locator(".toast")).containsText(mia.username() + " is looking at this");

        first.locator("[id='decide:do_delete']").check();
        first.getByLabel("Note, for staff alone").fill("the third time");
        button(first, "Agree (a)").click();
        assertThat(first.locator(".toast")).containsText("agree: delete the message");
        button(second, "Disagree (d)").click();

        assertThat(second.locator(".notice.bad").first()).containsText(mia.username() + " was faster");
        assertThat(second.locator(".former").last()).containsText("the third time");
        assertThat(second.locator(".texts")).containsText("all fools"); // as it was
        assertThat(second.locator(".talk .reported")).containsText("deleted");
        assertThat(button(second, "Agree (a)")).hasCount(0);
        assertThat(outcome()).isEqualTo("upheld");
        assertThat(lines()).isEqualTo(2); // the decision and the deletion
        assertThat(ben.get("api/v1/rooms/" + room + "/events?limit=200").raw().body())
                .doesNotContain("the third time");
    }

    @Test
    void whatWasDeletedMeanwhileIsShownAsItWasAndCannotBeDeletedAgain() {
        Page page = open(mia, "report?id=" + caseId);
        assertThat(page.locator("[id='decide:do_delete']")).isEnabled();
        ben.call("DELETE", "api/v1/rooms/" + room + "/messages/" + seq, null);

        page.locator("[id='decide:do_delete']").check();
        button(page, "Agree (a)").click();

        assertThat(page.locator(".problems")).containsText("deleted already");
        assertThat(page.locator("[id='decide:do_delete']")).isDisabled();
        assertThat(page.locator(".texts")).containsText("all fools");
        button(page, "Disagree (d)").click();
        assertThat(page.locator(".toast")).containsText("disagree");
        assertThat(outcome()).isEqualTo("rejected");
    }

    private Locator listed(Page page, String which) {
        return page.locator("tr").filter(new Locator.FilterOptions().setHas(page.locator("a[href$='" + which + "']")));
    }

    @Test
    void whatIsReportedLookedAtAndDecidedElsewhereShowsInTheOpenListWithinASecond() {
        Page page = open(max, "queue");
        assertThat(listed(page, caseId)).isVisible();
        // by what comes when the socket opens, not by the first beat, which comes after ten seconds
        assertThat(page.locator("#live")).hasText("live", new LocatorAssertions.HasTextOptions().setTimeout(4_500));
        var times = new ArrayList<Long>();
        for (int i = 1; i <= MEASURED; i++) {
            String text = "the news " + i;
            long which = ben.post(room, text).body().path("seq").asLong();
            long began = System.nanoTime();
            report(ann, which);
            page.waitForFunction("text => document.getElementById('fresh').textContent.includes(text)", text);
            times.add((System.nanoTime() - began) / 1_000_000);
        }
        times.sort(null);
        System.out.println("from report to open list, ms: " + times);
        assertThat(times.get(times.size() / 2)).as("half of them").isLessThan(1_000);
        look(page, "queue-live");

        mia.call("PUT", "api/v1/cases/" + caseId + "/claim", Json.object());
        assertThat(listed(page, caseId)).containsText(mia.username() + " is looking");
        Page report = open(max, "report?id=" + caseId);
        assertThat(report.locator("#live")).hasText("live");
        var wish = Json.object()
                .put("cid", ApiClient.cid())
                .put("verdict", "ignore")
                .put("version", 1);
        assertThat(mia.call("POST", "api/v1/cases/" + caseId + "/decisions", wish)
                        .status())
                .isEqualTo(201);
        assertThat(listed(page, caseId)).containsText(mia.username() + ": ignore");
        assertThat(report.locator("#meanwhile")).containsText("Decided just now by " + mia.username() + ": ignore");
    }

    @Test
    void casesAlikeAreDecidedTogetherWithAReadyReasonThatAdminsMadeAndThePersonIsWarned() {
        Page admin = admin();
        admin.navigate(base + "admin/templates");
        admin.getByLabel("Title, in the list").fill("Kindness");
        admin.getByLabel("What the person is told").fill("be kind to each other");
        admin.getByLabel("Note, for staff alone").fill("the second time a mute");
        button(admin, "Keep").click();
        assertThat(admin.locator(".former")).containsText("be kind to each other");
        admin.getByLabel("Score from now on").fill("90000");
        admin.getByLabel("Reason").last().fill("a wave");
        button(admin, "Decide").click();
        assertThat(admin.locator("section").last()).containsText("somebody has decided: 90000");
        look(admin, "templates");
        String other = reported(ben.post(room, "and you too").body().path("seq").asLong());
        Page page = open(mia, "report?id=" + caseId);

        page.locator("#template").selectOption("Kindness");
        assertThat(page.getByLabel("Note, for staff alone")).hasValue("the second time a mute");
        page.locator("[id='decide:do_delete']").check();
        page.locator("[id='decide:do_warn']").check();
        page.locator("#also_" + other).check();
        browser.picture(page, "console-report-together");
        twice(button(page, "Agree (a)"));

        assertThat(page.locator(".notice").first()).containsText("Decided with it: 1 of 1.");
        page.reload();
        page.goBack();
        assertThat(page.locator(".former").last()).containsText("agree: delete the message");
        assertThat(lines()).as("two decisions, two deletions").isEqualTo(4);
        assertThat(ben.get("api/v1/notices").body().at("/notices/0/text").asText())
                .isEqualTo("be kind to each other");
        assertThat(ben.get("api/v1/notices").body().path("notices")).hasSize(1);
        assertThat(mia.get("api/v1/cases/" + other).body().path("state").asText())
                .isEqualTo("closed");
        Page chat = browser.window(1200, 800);
        chat.navigate(base.toString());
        chat.getByLabel("User name").fill(ben.username());
        chat.getByLabel("Password").fill(ApiClient.PASSWORD);
        button(chat, "Sign in").first().click();
        assertThat(chat.locator("#notices .warning")).containsText("be kind to each other");
        browser.picture(chat, "chat-warning");
        button(chat, "I have read it").click();
        assertThat(chat.locator("#notices .warning")).hasCount(0);
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> ben.get("api/v1/notices").body().path("notices").isEmpty());
        admin.locator(".former li")
                .filter(new Locator.FilterOptions().setHasText("Kindness"))
                .getByText("Change")
                .click();
        button(admin, "Remove").click();
        assertThat(admin.locator(".former")).not().containsText("Kindness");
    }

    private static Map<String, String> decision(ConsoleClient.Page form, String button) {
        var fields =
                new HashMap<>(Map.of("decide", "decide", "decide:" + button, "press", "decide:lasting", "ONE_HOUR"));
        Matcher found = FIELD.matcher(form.html());
        while (found.find()) {
            fields.putIfAbsent(found.group(1), found.group(2));
        }
        fields.remove("decide:" + (button.equals("agree") ? "disagree" : "agree"));
        for (String other : new String[] {"agree", "disagree", "ignore", "escalate", "addNote"}) {
            if (!other.equals(button)) {
                fields.remove("decide:" + other);
            }
        }
        return fields;
    }

    @Test
    void aFormSentTwiceFromTwoSessionsDecidesOnce() {
        var here = ConsoleClient.signedIn(base, mia.username(), ApiClient.PASSWORD);
        String path = "report?id=" + caseId;
        ConsoleClient.Page form = here.get(path);
        Map<String, String> fields = decision(form, "agree");
        fields.put("decide:do_mute", "on");
        var there = ConsoleClient.signedIn(base, mia.username(), ApiClient.PASSWORD);
        ConsoleClient.Page other = there.get(path);

        assertThat(here.post(path, form, fields).status()).isEqualTo(302);
        assertThat(here.post(path, form, fields).status()).isEqualTo(302); // reload, or back and again
        assertThat(there.post(path, other, fields).status()).isEqualTo(302); // as if at another node

        assertThat(here.get("overview").html()).contains("nothing was done twice");
        assertThat(lines()).isEqualTo(2); // the decision and the mute
    }

    @Test
    void whoMayOnlyReadDecidesNothingThoughTheRequestIsForged() {
        String path = "report?id=" + caseId;
        var auditing = staff(GlobalRole.AUDITOR);
        var auditor = ConsoleClient.signedIn(base, auditing.username(), ApiClient.PASSWORD);
        var falling = staff(GlobalRole.MODERATOR);
        var fallen = ConsoleClient.signedIn(base, falling.username(), ApiClient.PASSWORD);
        ConsoleClient.Page form = fallen.get(path);
        adminByHand.give(GlobalRole.AUDITOR, falling.user());

        ConsoleClient.Page read = auditor.get(path);
        assertThat(read.html()).contains("he does it each day").doesNotContain("id=\"decide\"");
        auditor.post(path, read, decision(form, "agree"));
        fallen.post(path, form, decision(form, "agree"));

        assertThat(new ConsoleClient(base).get(path).location()).contains("/admin/signin");
        assertThat(new ConsoleClient(base).get("queue").location()).contains("/admin/signin");
        assertThat(auditor.get("report?id=k_none").status()).isEqualTo(404);
        assertThat(outcome()).isEqualTo("open");
        assertThat(lines()).isZero();
    }

    @Test
    void whatIsHalfWrittenOrTickedIsThereAgainForItsAuthorAloneAfterTheSessionEnded() {
        var boss = staff(GlobalRole.ADMIN);
        Page page = open(boss, "announce");
        page.getByLabel("What is said").fill("at ten\nit rests");
        page.getByLabel("Or in these rooms").fill(room);
        page.navigate(base + "admin/rule?kind=words");
        page.getByLabel("Words and phrases, one a line").fill("buy now");
        page.getByLabel("What its author is told").fill("no advertising");
        page.navigate(base + "admin/rule?kind=expression");
        page.locator("[id='edit:expression']").fill("bu+y");
        page.navigate(base + "admin/templates");
        page.getByLabel("Title, in the list").fill("Half a title");
        page.getByLabel("What the person is told").fill("half a");
        page.navigate(base + "admin/deletion?user=" + ben.user());
        page.getByLabel("What the rooms read").fill("spam");
        page.navigate(base + "admin/report?id=" + caseId);
        page.locator("[id='decide:do_delete']").check();
        page.getByLabel("For how long").selectOption("7 days");
        page.getByLabel("Note, for staff alone").fill("the third time");
        page.context().clearCookies(); // as when the session has run out

        button(page, "Agree (a)").click();
        fillIn(page, boss.username(), ApiClient.PASSWORD);

        assertThat(page.locator("[id='decide:do_delete']")).isChecked();
        assertThat(page.locator("[id='decide:do_mute']")).not().isChecked();
        assertThat(page.getByLabel("For how long").locator("option:checked")).hasText("7 days");
        assertThat(page.getByLabel("Note, for staff alone")).hasValue("the third time");
        assertThat(page.locator("#kept")).isVisible();
        look(page, "report-kept");
        page.navigate(base + "admin/deletion?user=" + ben.user());
        assertThat(page.getByLabel("What the rooms read")).hasValue("spam");
        page.navigate(base + "admin/rule?kind=expression");
        assertThat(page.locator("[id='edit:expression']")).hasValue("bu+y");
        page.navigate(base + "admin/rule?kind=words");
        assertThat(page.getByLabel("Words and phrases, one a line")).hasValue("buy now");
        assertThat(page.getByLabel("What its author is told")).hasValue("no advertising");
        page.navigate(base + "admin/announce");
        assertThat(page.getByLabel("What is said")).hasValue("at ten\nit rests");
        page.evaluate("document.querySelectorAll('[name=\"jakarta.faces.ViewState\"]').forEach(f => f.value = 'gone')");
        page.getByLabel("Reason").fill("a new disk");
        button(page, "Announce it").click(); // the view ran out, the session did not
        assertThat(page.locator(".notice.bad:visible")).containsText("had run out");
        assertThat(page.getByLabel("What is said")).hasValue("at ten\nit rests");
        assertThat(page.getByLabel("Or in these rooms")).hasValue(room);
        page.navigate(base + "admin/templates");
        assertThat(page.getByLabel("Title, in the list")).hasValue("Half a title");
        assertThat(page.getByLabel("What the person is told")).hasValue("half a");
        button(page, "Keep").click();
        assertThat(page.locator(".former")).containsText("Half a title");
        assertThat(page.getByLabel("Title, in the list")).hasValue(""); // it was sent

        var handedOn = Json.object()
                .put("cid", ApiClient.cid())
                .put("verdict", "escalate")
                .put("note", "too much for me")
                .put("version", 1);
        assertThat(mia.call("POST", "api/v1/cases/" + caseId + "/decisions", handedOn)
                        .status())
                .isEqualTo(201);
        page.navigate(base + "admin/report?id=" + caseId);
        assertThat(page.getByLabel("Note, for staff alone")).hasValue("the third time");
        // what was ticked is not for what the report has become
        assertThat(page.locator("[id='decide:do_delete']")).not().isChecked();

        page.context().clearCookies();
        page.navigate(base + "admin/announce");
        fillIn(page, staff(GlobalRole.ADMIN).username(), ApiClient.PASSWORD);
        assertThat(page.getByLabel("What is said")).hasValue("");
        assertThat(page.locator("#kept")).isHidden();
    }

    @Test
    void theReportShowsTheAccountsAgeWhatStaffDidElsewhereAndNotedButNobodyWhatWasNotedAboutThem() {
        String elsewhere = ann.room("public");
        ben.join(elsewhere);
        var moderator = ConsoleClient.signedIn(base, mia.username(), ApiClient.PASSWORD);
        moderator.act("do=mute&room=" + elsewhere + "&user=" + ben.user(), "shouting over there", Map.of());
        ConsoleClient.Page person = moderator.get("user?id=" + ben.user());
        moderator.post(
                "user?id=" + ben.user(),
                person,
                Map.of("noting", "noting", "noting:note", "was rude before", "noting:write", "Add note"));

        String report = moderator.get("report?id=" + caseId).html();
        adminByHand.give(GlobalRole.AUDITOR, ben.user());
        var himself = ConsoleClient.signedIn(base, ben.username(), ApiClient.PASSWORD);
        ConsoleClient.Page own = himself.get("report?id=" + caseId);

        assertThat(report)
                .contains("Account since", "sanction.set", "shouting over there", elsewhere, "was rude before")
                .contains(mia.username());
        assertThat(own.status()).isEqualTo(200);
        assertThat(own.html()).contains("shouting over there").doesNotContain("was rude before");
    }

    @Test
    void bothPagesAreForEverybodyInLightAndDarkAndOnAPhone() {
        Page page = open(max, "report?id=" + caseId);
        assertThat(button(page, "Agree (a)")).isVisible();

        look(page, "report");
        page.keyboard().press("?");
        assertThat(page.locator("dialog")).containsText("agree, disagree, ignore, to the admins");
        page.navigate(base + "admin/queue");
        assertThat(page.locator("a.case").first()).isVisible();
        look(page, "queue");
    }
}
