package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ConsoleStory;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What staff do with rooms as a whole: modes, removal, archive, deletions of many messages, announcements. */
class ConsoleRoomsIT extends ConsoleStory {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Many in flight. */
    private static void says(ApiClient person, String room, String text, int times) {
        try (var socket = ChatClient.connect(person)) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < times; i++) {
                ids.add(socket.post(room, text + " " + i, ApiClient.cid()));
            }
            ids.forEach(socket::expectOk);
        }
    }

    private static JsonNode unread(ApiClient person, String room) {
        for (JsonNode each : person.get("api/v1/rooms").body().path("rooms")) {
            if (each.path("room").asText().equals(room)) {
                return each;
            }
        }
        throw new AssertionError("not among the rooms");
    }

    private static JsonNode awaitDone(String job) {
        ApiClient admin = SharedServer.admin();
        await().atMost(PATIENCE)
                .until(() -> admin.get("api/v1/jobs/" + job).body().has("done_at"));
        return admin.get("api/v1/jobs/" + job).body();
    }

    /** The form that this sends. */
    private static Request posted(Page page, Runnable what) {
        return page.waitForRequest(request -> request.method().equals("POST"), what);
    }

    @Test
    void aModeratorSeesHowManyMessagesGoOrdersItOnceAndFollowsIt() {
        var owner = ApiClient.registered(base);
        var spammer = ApiClient.registered(base);
        var away = ApiClient.registered(base);
        String big = owner.room("public", spammer.user(), away.user());
        String small = owner.room("private", spammer.user());
        says(spammer, big, "buy @" + away.username(), 420);
        says(spammer, small, "buy", 30);
        owner.post(big, "what is going on?");
        assertThat(unread(away, big).path("mentions").asInt()).isPositive();
        Page page = staff(ApiClient.registered(base), GlobalRole.MODERATOR);
        page.navigate(base + "admin/user?id=" + spammer.user());

        try (var watching = ChatClient.connect(owner, big)) {
            link(page, "Delete messages").click();
            assertThat(page.locator("#count")).containsText("450 messages");
            link(page, "last hour").click();
            assertThat(page.locator("#count")).containsText("450 messages of the last hour");
            look(page, "deletion");
            page.getByLabel("Reason").first().fill("a wave of spam");
            page.getByLabel("What the rooms read").fill("spam");
            button(page, "Delete them").click();

            assertThat(page.locator(".notice:visible")).containsText("Ordered.");
            assertThat(page.locator("[id$=progress] .tag").first())
                    .hasText("done", new HasTextOptions().setTimeout(30_000));
            assertThat(page.locator("[id$=progress]")).containsText("450 of 450 messages");
            look(page, "job");
            var looksAgain = "() => { document.querySelector('[data-waits]').dataset.waits = 'true'; }";
            assertThat(posted(page, () -> page.evaluate(looksAgain)).headers())
                    .as("what the page asks by itself does not count as use")
                    .containsEntry("confab-by-itself", "true");
            assertThat(page.locator("[data-waits=false]")).hasCount(1);
            assertThat(posted(page, () -> button(page, "Look again").click()).headers())
                    .doesNotContainKey("confab-by-itself");
            watching.roundTrip();
            List<JsonNode> gone = watching.events(big).stream()
                    .filter(event -> event.path("t").asText().equals("msgs.deleted"))
                    .toList();
            assertThat(gone)
                    .hasSize(3)
                    .allSatisfy(
                            event -> assertThat(event.at("/d/reason").asText()).isEqualTo("spam"));
            assertThat(watching.isOpen()).isTrue();
        }
        assertThat(unread(away, big).path("unread").asInt()).as("what is left").isEqualTo(1);
        assertThat(unread(away, big).path("mentions").asInt()).isZero();
        assertThat(spammer.post(big, "more").code()).isEqualTo("muted");
        page.navigate(base + "admin/jobs");
        assertThat(page.locator("tbody tr").first()).containsText("450 of 450");
        look(page, "jobs");
        page.navigate(base + "admin/audit?target=" + spammer.user());
        assertThat(page.locator("tbody")).containsText("450 messages deleted, 0 not, in 2 rooms");
    }

    @Test
    void aRoomIsFrozenSomebodyRemovedItsMessagesPurgedAndItIsArchived() {
        var owner = ApiClient.registered(base);
        var member = ApiClient.registered(base);
        String room = owner.room("public", member.user());
        says(member, room, "hello", 5);
        long pinned = owner.get("api/v1/rooms/" + room + "/messages")
                .body()
                .at("/messages/0/seq")
                .asLong();
        String pin = "api/v1/rooms/" + room + "/pins/" + pinned;
        assertThat(owner.call("PUT", pin, null).status()).isEqualTo(200);
        Page page = admin();
        page.navigate(base + "admin/room?id=" + room);
        assertThat(page.locator("dl.facts")).containsText("Messages in the last minute5");
        look(page, "room-acts");
        unpinned(page, owner.username(), pinned);
        assertThat(owner.get("api/v1/rooms/" + room + "/pins").body().path("pins"))
                .isEmpty();

        link(page, "Change the mode").click();
        page.getByLabel("Mode", new Page.GetByLabelOptions().setExact(true)).selectOption("READONLY");
        page.getByLabel("Slow mode").fill("30");
        look(page, "room-mode");
        page.getByLabel("Reason").fill("a storm");
        button(page, "Change the mode").click();
        assertThat(said(page)).hasText("Mode changed.");
        assertThat(page.locator("dl.facts")).containsText("readonly, one message each 30 s");
        assertThat(member.post(room, "x").code()).isEqualTo("forbidden");

        button(page, "Undo").click();
        assertThat(said(page)).hasText("Taken back.");
        assertThat(page.locator("dl.facts")).containsText("Modeopen");

        Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(member.username()));
        act(page, row.getByText("Remove"), "too loud", "Remove from room", "Removed from the room.");
        assertThat(member.post(room, "x").code()).isEqualTo("not_member");

        link(page, "Delete messages").click();
        assertThat(page.locator("#count")).containsText("5 messages");
        page.getByLabel("Reason").first().fill("a fresh start");
        button(page, "Delete them").click();
        String job = page.url().replaceAll(".*id=", "");
        assertThat(awaitDone(job).path("done").asInt()).isEqualTo(5);

        page.navigate(base + "admin/room?id=" + room);
        act(page, link(page, "Archive room"), "it is over", "Archive room", "Room archived.");
        assertThat(owner.post(room, "x").code()).isEqualTo("room_archived");
        assertThat(link(page, "Change the mode")).hasCount(0);
    }

    /** By the page of its room, on which it stands with who pinned it; the page is back there then. */
    private static void unpinned(Page page, String owner, long seq) {
        Locator pin = page.locator("li[data-pin='" + seq + "']");
        assertThat(pin).containsText("hello 0");
        assertThat(pin.locator(".line")).containsText(owner);
        pin.getByText("Show in context").click();
        assertThat(page.locator("li.meant")).containsText("hello 0");
        pin.getByText("Unpin").click();
        look(page, "room-unpin");
        page.goBack();

        act(page, pin.getByText("Unpin"), "the wrong one", "Unpin message", "Unpinned.");

        assertThat(pin).hasCount(0);
        String room = page.url();
        page.navigate(base + "admin/audit?target=" + room.replaceAll(".*id=", "") + "/" + seq);
        assertThat(page.locator("tbody")).containsText("the wrong one");
        assertThat(page.locator("tbody tr")).hasCount(2);
        page.navigate(room);
    }

    @Test
    void changingSlowModeThawsNoRoomThatSomebodyFrozeAfterTheFormWasShown() {
        var owner = ApiClient.registered(base);
        String room = owner.room("public");
        String act = "roomact?do=mode&room=" + room;
        ConsoleClient.Page form = adminByHand.get(act);
        assertThat(form.html())
                .contains("name=\"act:shownMode\" value=\"OPEN\"", "name=\"act:shownSeconds\" value=\"0\"");
        owner.call("PATCH", "api/v1/rooms/" + room, Json.object().put("mode", "frozen"));

        var fields = Map.of("act:shownMode", "OPEN", "act:shownSeconds", "0", "act:mode", "OPEN", "act:slow", "30");
        assertThat(adminByHand.press(act, form, "a storm", fields).status()).isEqualTo(302);

        JsonNode now = owner.get("api/v1/rooms/" + room).body();
        assertThat(now.path("mode").asText()).isEqualTo("frozen");
        assertThat(now.path("slow_ms").asInt()).isEqualTo(30_000);
    }

    private static String undoOffered(ConsoleClient.Page page) {
        var named = Pattern.compile("name=\"undoAct\" value=\"([^\"]+)\"").matcher(page.html());
        assertThat(named.find()).as("Undo is offered").isTrue();
        return named.group(1);
    }

    private static String undone(String room, ConsoleClient.Page page, String act) {
        var fields = Map.of("undoing", "undoing", "undoAct", act, "undoing:undo", "Undo");
        ConsoleClient.Page answer = adminByHand.post("room?id=" + room, page, fields);
        return answer.status() == 302 ? adminByHand.get("room?id=" + room).html() : answer.html();
    }

    @Test
    void anActIsTakenBackOnceToHowItStoodAndNotWhenSomebodyChangedItSince() {
        var owner = ApiClient.registered(base);
        var member = ApiClient.registered(base);
        String room = owner.room("public", member.user());
        String sanction = "api/v1/rooms/" + room + "/sanctions/" + member.user() + "/mute";
        ObjectNode long1 = Json.object().put("until", "2099-01-01T00:00:00Z");
        assertThat(owner.call("PUT", sanction, long1).status()).isEqualTo(200);
        String mute = "do=mute&room=" + room + "&user=" + member.user();

        adminByHand.act(mute, "shorter", Map.of());
        ConsoleClient.Page page = adminByHand.get("room?id=" + room);
        String act = undoOffered(page);
        assertThat(undone(room, page, act)).contains("Taken back.");
        assertThat(owner.get("api/v1/rooms/" + room + "/members").raw().body()).contains("2099-01-01T00:00:00");
        assertThat(undone(room, page, act)).as("again").doesNotContain("Taken back.");
        assertThat(owner.get("api/v1/rooms/" + room + "/members").raw().body()).contains("2099-01-01T00:00:00");

        adminByHand.act(mute, "shorter", Map.of());
        ConsoleClient.Page shown = adminByHand.get("room?id=" + room);
        String other = undoOffered(shown);
        assertThat(owner.call("PUT", sanction, Json.object().put("until", "2098-01-01T00:00:00Z"))
                        .status())
                .isEqualTo(200);
        assertThat(undone(room, shown, other)).contains("somebody has changed it since");
        assertThat(owner.get("api/v1/rooms/" + room + "/members").raw().body()).contains("2098-01-01T00:00:00");
    }

    @Test
    void aJobThatIsUnderWayIsStoppedOnItsPage() {
        var owner = ApiClient.registered(base);
        var spammer = ApiClient.registered(base);
        for (int i = 0; i < 40; i++) {
            owner.room("public", spammer.user()); // a few steps each: many seconds of work
        }
        Page page = staff(ApiClient.registered(base), GlobalRole.MODERATOR);
        page.navigate(base + "admin/deletion?user=" + spammer.user());
        page.getByLabel("Reason").first().fill("a wave of spam");
        button(page, "Delete them").click();
        page.getByLabel("Reason").fill("the wrong person");
        button(page, "Stop it").click();

        assertThat(page.locator(".notice:visible")).containsText("Stopped.");
        assertThat(page.locator("[id$=progress] .tag").first()).hasText("stopped");
        assertThat(button(page, "Stop it")).hasCount(0);
        JsonNode over = awaitDone(page.url().replaceAll(".*id=", ""));
        // it may have been stopped before its rooms were even found
        assertThat(over.path("rooms").asInt() - over.path("waiting").asInt())
                .as("rooms in which it was done")
                .isLessThan(40);
        page.navigate(base + "admin/audit?target=" + spammer.user());
        assertThat(page.locator("tbody")).containsText("the wrong person");
    }

    @Test
    void aDeletionIsTakenBackOnItsPageOnceAndTheTwoPagesLeadToEachOther() {
        var owner = ApiClient.registered(base);
        var mistaken = ApiClient.registered(base);
        String big = owner.room("public", mistaken.user());
        String small = owner.room("private", mistaken.user());
        says(mistaken, big, "hello", 40);
        says(mistaken, small, "hello", 3);
        var moderator = ApiClient.registered(base);
        Page page = staff(moderator, GlobalRole.MODERATOR);
        page.navigate(base + "admin/deletion?user=" + mistaken.user());
        page.getByLabel("Reason").first().fill("a wave of spam");
        button(page, "Delete them").click();
        assertThat(page.locator(".notice:visible")).containsText("Ordered.");
        String deletion = page.url().replaceAll(".*id=", "");
        assertThat(awaitDone(deletion).path("done").asInt()).isEqualTo(43);
        page.reload();
        assertThat(button(page, "Stop it")).hasCount(0);
        look(page, "job-back");
        page.getByLabel("Reason").fill("the wrong person");

        button(page, "Bring all of it back").dblclick();

        assertThat(page.locator("#restoration").or(page.locator("#deletion")).first())
                .isVisible();
        String back = awaitRestoration(deletion);
        // it ends a minute after the deletion, since it looks for what comes late
        await().atMost(PATIENCE)
                .until(() -> SharedServer.admin()
                                .get("api/v1/jobs/" + back)
                                .body()
                                .path("done")
                                .asInt()
                        == 43);
        page.navigate(base + "admin/job?id=" + back);
        assertThat(page.locator("h1")).containsText("Bring back the messages of the last 24 hours");
        assertThat(page.locator("[id$=progress]")).containsText("43 of 43 messages");
        look(page, "job-restoration");
        page.locator("[id$=deletion]").click();
        assertThat(page.locator("h1")).containsText("Delete messages of the last 24 hours");
        assertThat(button(page, "Bring all of it back")).hasCount(0);
        page.locator("[id$=restoration]").click();
        assertThat(page).hasURL(base + "admin/job?id=" + back);
        assertThat(mistaken.post(big, "thank you").status()).isEqualTo(201);
        assertThat(owner.get("api/v1/rooms/" + small + "/messages").raw().body())
                .contains("hello 0", "hello 1", "hello 2");
        page.navigate(base + "admin/audit?target=" + mistaken.user());
        assertThat(page.locator("tbody")).containsText("the wrong person");

        // by hand, once more
        var fields = new TreeMap<>(
                Map.of("back", "back", "back:command", ApiClient.cid(), "back:why", "again", "back:perform", "go"));
        String address = "job?id=" + deletion;
        assertThat(adminByHand.post(address, adminByHand.get(address), fields).html())
                .contains("taken back already");
        page.navigate(base + "admin/jobs");
        assertThat(page.locator("tbody tr").first()).containsText("Bring back the messages of the last 24 hours");
    }

    private static String awaitRestoration(String deletion) {
        ApiClient admin = SharedServer.admin();
        await().atMost(PATIENCE)
                .until(() -> admin.get("api/v1/jobs/" + deletion).body().has("taken_back_by"));
        return admin.get("api/v1/jobs/" + deletion).body().path("taken_back_by").asText();
    }

    @Test
    void anAnnouncementIsSaidOnceHoweverOftenItsFormIsSentAndFromWhereverItComes() {
        var owner = ApiClient.registered(base);
        var rooms = List.of(owner.room("public"), owner.room("private"));
        Page page = admin();
        page.navigate(base + "admin/jobs");
        link(page, "Announce").click();
        page.getByLabel("What is said").fill("Down at noon. \u0645\u0631\u062d\u0628\u0627");
        page.getByLabel("Or in these rooms").fill(String.join("\n", rooms));
        look(page, "announce");
        page.getByLabel("Reason").fill("the upgrade");
        button(page, "Announce it").dblclick();
        assertThat(page.locator(".notice:visible").first()).isVisible();
        String first = page.url().replaceAll(".*id=", "");
        page.goBack();
        page.reload();

        // by hand, from another session, with the id that the form carried
        var other = ConsoleClient.signedIn(base, "admin", ADMIN_PASSWORD);
        var fields = new TreeMap<>(Map.of(
                "act", "act",
                "act:command", first,
                "act:text", "Down at noon. \u0645\u0631\u062d\u0628\u0627",
                "act:rooms", String.join("\n", rooms),
                "act:why", "the upgrade",
                "act:perform", "Announce it"));
        ConsoleClient.Page again = other.post("announce", other.get("announce"), fields);
        assertThat(again.location()).contains("job?id=" + first);
        assertThat(other.get("job?id=" + first).html()).contains("Already done");

        JsonNode job = awaitDone(first);
        assertThat(job.path("done").asInt()).isEqualTo(2);
        for (String room : rooms) {
            JsonNode messages =
                    owner.get("api/v1/rooms/" + room + "/messages").body().path("messages");
            assertThat(messages).hasSize(1);
            assertThat(messages.get(0).path("by").asText()).isEqualTo("u_confab");
            assertThat(unread(owner, room).path("unread").asInt()).isEqualTo(1);
        }
        assertThat(owner.get("api/v1/users/u_confab")
                        .body()
                        .path("display_name")
                        .asText())
                .isEqualTo("Confab");
        page.navigate(base + "admin/audit?target=job/" + first);
        assertThat(page.locator("tbody tr")).hasCount(2);
        assertThat(page.locator("tbody")).not().containsText("noon");
    }

    @Test
    void whoMayNotOrderIsRefusedOnThePageAndByItsForm() {
        var owner = ApiClient.registered(base);
        String room = owner.room("public");
        owner.post(room, "stays");
        var deletion = "deletion?room=" + room;
        ConsoleClient.Page form = adminByHand.get(deletion);
        ConsoleClient.Page words = adminByHand.get("announce");
        ConsoleClient.Page archive = adminByHand.get("roomact?do=archive&room=" + room);
        assertThat(form.status() + words.status() + archive.status()).isEqualTo(600);
        ObjectNode orders = SharedServer.admin().get("api/v1/jobs").body().deepCopy();

        for (GlobalRole role : List.of(GlobalRole.AUDITOR, GlobalRole.MODERATOR)) {
            var person = ApiClient.registered(base);
            adminByHand.give(role, person.user());
            var staff = ConsoleClient.signedIn(base, person.username(), ApiClient.PASSWORD);
            if (role == GlobalRole.AUDITOR) {
                assertThat(staff.get(deletion).status()).isEqualTo(403);
                assertThat(staff.press(deletion, form, "a coup", Map.of()).status())
                        .isIn(302, 403);
                assertThat(staff.get("roomact?do=mode&room=" + room).status()).isEqualTo(403);
            }
            assertThat(staff.get("announce").status()).isEqualTo(403);
            assertThat(staff.press("announce", words, "a coup", Map.of("act:text", "me", "act:all", "on"))
                            .status())
                    .isIn(302, 403);
            assertThat(staff.get("roomact?do=archive&room=" + room).status()).isEqualTo(403);
            assertThat(staff.press("roomact?do=archive&room=" + room, archive, "a coup", Map.of())
                            .status())
                    .isIn(302, 403);
            assertThat(staff.get("jobs").status()).isEqualTo(200);
        }
        var by = Json.object().put("cid", ApiClient.cid()).put("room", room).put("back_ms", 60_000);
        assertThat(owner.call("POST", "api/v1/jobs/deletions", by.put("reason", "mine"))
                        .status())
                .isEqualTo(403);
        for (String page : List.of(
                "deletion?room=r_none",
                "deletion?user=u_none",
                "deletion",
                "roomact?do=dance",
                "roomact?do=mode&room=r_none",
                "roomact?do=kick&room=" + room,
                "job?id=none")) {
            assertThat(adminByHand.get(page).status()).as(page).isEqualTo(404);
        }
        assertThat(SharedServer.admin().get("api/v1/jobs").body().path("jobs").size())
                .isEqualTo(orders.path("jobs").size());
        assertThat(owner.post(room, "still").status()).isEqualTo(201);
    }
}
