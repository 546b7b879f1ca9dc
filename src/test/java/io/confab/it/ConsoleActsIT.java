package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the server does and refuses at the console's door, whatever a page showed: requests made by hand. */
class ConsoleActsIT {
    private static final String ADMIN_PASSWORD = SharedServer.WIDE.get("confab.admin.password");
    private static final Map<String, String> NO_MORE = Map.of();
    private static final List<String> IN_ROOM =
            List.of("msg.hide", "msg.restore", "msg.delete", "mute", "unmute", "ban", "unban");
    private static final List<String> ON_ACCOUNT = List.of("suspend", "unsuspend", "sign-out.all", "role");

    private static URI base;
    private static ConsoleClient admin;
    private static ApiClient moderating;
    private static ConsoleClient moderator;
    private static ConsoleClient auditor;

    private ApiClient owner;
    private ApiClient member;
    private String room;
    private long seq;

    @BeforeAll
    static void signIn() {
        base = SharedServer.base();
        admin = ConsoleClient.signedIn(base, "admin", ADMIN_PASSWORD);
        moderating = ApiClient.registered(base);
        moderator = staff(moderating, GlobalRole.MODERATOR);
        auditor = staff(ApiClient.registered(base), GlobalRole.AUDITOR);
    }

    private static ConsoleClient staff(ApiClient person, GlobalRole role) {
        admin.give(role, person.user());
        return ConsoleClient.signedIn(base, person.username(), ApiClient.PASSWORD);
    }

    private void makeRoom() {
        owner = ApiClient.registered(base);
        member = ApiClient.registered(base);
        room = owner.room("public");
        member.join(room);
        seq = member.post(room, "hello").body().path("seq").asLong();
    }

    private String address(String act) {
        boolean onMessage = act.startsWith("msg.");
        String where = IN_ROOM.contains(act) ? "&room=" + room : "";
        return "do=" + act + where + (onMessage ? "&seq=" + seq : "&user=" + member.user());
    }

    private static long linesOn(String target) {
        return admin.get("audit?target=" + target).rows();
    }

    private static String newestLineOn(String target) {
        String html = admin.get("audit?target=" + target).html();
        int first = html.indexOf("data-ri=\"0\"");
        int second = html.indexOf("data-ri=\"1\"");
        return html.substring(first, second < 0 ? html.length() : second);
    }

    @Test
    void everyActLeavesOneLineWithItsReason() {
        makeRoom();
        int lines = 0;
        for (String act : IN_ROOM) {
            String why = "because of " + act;

            assertThat(moderator.act(address(act), why, NO_MORE).status())
                    .as(act)
                    .isEqualTo(302);

            assertThat(linesOn(room)).as(act).isEqualTo(++lines);
            assertThat(newestLineOn(room)).contains(why, moderating.username());
        }
        lines = 0;
        for (String act : ON_ACCOUNT) {
            String why = "because of " + act;

            assertThat(admin.act(address(act), why, Map.of("act:role", "AUDITOR"))
                            .status())
                    .as(act)
                    .isEqualTo(302);

            assertThat(linesOn(member.user())).as(act).isEqualTo(++lines);
            assertThat(newestLineOn(member.user())).contains(why);
        }
    }

    @Test
    void oneDeviceIsSignedOutWithOneLine() {
        var person = ApiClient.registered(base);
        String device =
                person.get("api/v1/sessions").body().at("/sessions/0/id").asText();

        admin.act("do=sign-out&user=" + person.user() + "&device=" + device, "a lost telephone", NO_MORE);

        assertThat(person.get("api/v1/me").status()).isEqualTo(401);
        assertThat(linesOn(person.user())).isEqualTo(1);
        assertThat(newestLineOn(person.user())).contains("a lost telephone", device);
    }

    @Test
    void readingAPrivateRoomTakesAReasonAndLeavesOneLine() {
        var ann = ApiClient.registered(base);
        String secret = ann.room("private");
        ann.post(secret, "between us");
        var open = Map.of("reading", "reading", "reading:open", "show");

        ConsoleClient.Page closed = auditor.get("room?id=" + secret);
        ConsoleClient.Page refused = auditor.post("room?id=" + secret, closed, with(open, "reading:why", " "));
        assertThat(closed.html()).doesNotContain("between us");
        assertThat(refused.html()).doesNotContain("between us");
        assertThat(linesOn(secret)).isZero();

        auditor.post("room?id=" + secret, closed, with(open, "reading:why", "a report"));

        assertThat(auditor.get("room?id=" + secret).html()).contains("between us");
        assertThat(moderator.get("room?id=" + secret).html()).doesNotContain("between us");
        assertThat(moderator.get("act?do=msg.delete&room=" + secret + "&seq=3").html())
                .doesNotContain("between us");
        assertThat(linesOn(secret)).isEqualTo(1);
        assertThat(newestLineOn(secret)).contains("room.read", "a report");
    }

    private static Map<String, String> with(Map<String, String> fields, String name, String value) {
        var all = new java.util.HashMap<>(fields);
        all.put(name, value);
        return all;
    }

    @Test
    void formOfARoomSentToTheAddressOfAnotherShowsThatOneAndNothingOfItsTalk() {
        makeRoom();
        String secret = owner.room("private");
        owner.post(secret, "between us");
        ConsoleClient.Page open = moderator.get("room?id=" + room);
        assertThat(open.html()).contains("hello");

        ConsoleClient.Page answer = moderator.post("room?id=" + secret, open, Map.of("members", "members"));

        assertThat(answer.html())
                .contains(secret, "say why")
                .doesNotContain("between us", "hello", "<code>" + room + "</code>");
    }

    @Test
    void refusedActsLeaveNoLine() {
        makeRoom();
        String adminId = SharedServer.admin().user();
        long onAdmin = linesOn(adminId);

        for (String act : List.of("msg.delete", "mute", "suspend")) {
            assertThat(moderator.act(address(act), " ", NO_MORE).html())
                    .as("%s without a reason", act)
                    .containsAnyOf("Say why", "Not done: the reason", "Not done: say why");
        }
        for (String act : List.of("suspend", "sign-out.all")) {
            assertThat(moderator
                            .act("do=" + act + "&user=" + adminId, "a coup", NO_MORE)
                            .html())
                    .contains("Not done: only an admin acts on staff");
        }
        assertThat(admin.act("do=suspend&user=" + adminId, "tired", NO_MORE).html())
                .contains("Not done: nobody does this to themselves");
        assertThat(admin.act("do=mute&room=r_nothing&user=" + member.user(), "x", NO_MORE)
                        .status())
                .isEqualTo(404);
        assertThat(admin.act("do=juggle&user=" + member.user(), "x", NO_MORE).status())
                .isEqualTo(404);

        assertThat(linesOn(room)).isZero();
        assertThat(linesOn(member.user())).isZero();
        assertThat(linesOn(adminId)).isEqualTo(onAdmin);
    }

    @Test
    void whatWasDoneAlreadyIsNotDoneTwice() {
        makeRoom();
        ConsoleClient.Page form = moderator.get("act?" + address("msg.delete"));

        moderator.press("act?" + address("msg.delete"), form, "once", NO_MORE);
        moderator.press("act?" + address("msg.delete"), form, "once", NO_MORE);
        assertThat(moderator.get("overview").html()).contains("nothing was done twice");
        admin.act(address("msg.delete"), "and again", NO_MORE);

        assertThat(admin.get("overview").html()).contains("It was so already");
        assertThat(linesOn(room)).isEqualTo(1);
    }

    @Test
    void viewStateThatWasMadeUpOrTamperedWithIsAnsweredByThePageAfreshAndNothingIsDone() {
        makeRoom();
        String address = "act?" + address("ban");
        ConsoleClient.Page form = moderator.get(address);
        String real = form.viewState();
        String tampered = (real.charAt(0) == '1' ? '2' : '1') + real.substring(1);
        String ofSomebodyElse = admin.get(address).viewState();

        for (String state : List.of(
                "garbage", "1:1", tampered, real + "0", ofSomebodyElse, "\u0000", ":", "9".repeat(10_000), "")) {
            ConsoleClient.Page answer =
                    moderator.press(address, form, "forged", Map.of("jakarta.faces.ViewState", state));

            assertThat(answer.status()).as(state).isEqualTo(302);
            assertThat(answer.location()).as(state).endsWith("/admin/" + address + "&lost=true");
        }

        assertNothingWasDone();
    }

    @Test
    void clickOnAPageWhoseViewIsGoneIsToldAndNothingIsDoneUntilItIsPressedAgain() {
        makeRoom();
        String address = "act?" + address("ban");
        ConsoleClient.Page form = moderator.get(address);
        for (int tab = 0; tab < 20; tab++) { // more than a session keeps
            assertThat(moderator.get("act?" + address("mute")).status()).isEqualTo(200);
        }

        ConsoleClient.Page answer = moderator.press(address, form, "late", NO_MORE);

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.location()).endsWith("/admin/" + address + "&lost=true");
        assertNothingWasDone();
        ConsoleClient.Page afresh = moderator.get(address + "&lost=true");
        assertThat(afresh.html()).contains("That page had run out, so nothing was changed");
        assertThat(moderator
                        .press(address + "&lost=true", afresh, "now", NO_MORE)
                        .status())
                .isEqualTo(302);
        assertThat(member.post(room, "x").code()).isEqualTo("banned");
        assertThat(linesOn(room)).isEqualTo(1);
    }

    @Test
    void auditorActsOnNothingThoughTheRequestIsForged() {
        makeRoom();
        ConsoleClient.Page list = auditor.get("users");
        for (String act : List.of("msg.delete", "mute", "ban", "suspend", "sign-out.all", "role")) {
            String address = "act?" + address(act);

            assertThat(auditor.get(address).status()).as(act).isEqualTo(403);
            // no form of an act was ever given to this session: the state of its own list, the fields of an act
            assertThat(auditor.press(address, list, "forged", Map.of("act:role", "ADMIN"))
                            .status())
                    .as(act)
                    .isEqualTo(403);
        }
        assertNothingWasDone();
    }

    @Test
    void formOpenedBeforeTheRoleWasLostDoesNothing() {
        makeRoom();
        var person = ApiClient.registered(base);
        ConsoleClient fallen = staff(person, GlobalRole.MODERATOR);
        ConsoleClient.Page mute = fallen.get("act?" + address("mute"));
        ConsoleClient.Page suspend = fallen.get("act?" + address("suspend"));
        admin.give(GlobalRole.AUDITOR, person.user());

        assertThat(fallen.press("act?" + address("mute"), mute, "late", NO_MORE).status())
                .isEqualTo(403);
        assertThat(fallen.press("act?" + address("suspend"), suspend, "late", NO_MORE)
                        .status())
                .isEqualTo(403);

        assertNothingWasDone();
        assertThat(fallen.get("users").status()).isEqualTo(200);
    }

    @Test
    void moderatorMakesNobodyAdminThroughTheFormOfAnotherAct() {
        makeRoom();
        ConsoleClient.Page form = moderator.get("act?" + address("suspend"));

        assertThat(moderator.get("act?" + address("role")).status()).isEqualTo(403);
        assertThat(moderator
                        .press("act?" + address("role"), form, "forged", Map.of("act:role", "ADMIN"))
                        .status())
                .isEqualTo(403);

        assertNothingWasDone();
        assertThat(admin.get("user?id=" + member.user()).html()).contains("<dd>user</dd>");
    }

    private void assertNothingWasDone() {
        assertThat(member.post(room, "still here").status()).isEqualTo(201);
        assertThat(member.get("api/v1/rooms/" + room + "/messages").raw().body())
                .contains("hello");
        assertThat(linesOn(room)).isZero();
        assertThat(linesOn(member.user())).isZero();
    }

    @Test
    void invitesAreForAdminsAlone() {
        ConsoleClient.Page form = admin.get("act?do=invite.make");
        long lines = linesOn("invite");

        for (ConsoleClient other : List.of(moderator, auditor)) {
            assertThat(other.get("invites").status()).isEqualTo(403);
            assertThat(other.get("act?do=invite.make").status()).isEqualTo(403);
            assertThat(other.get("act?do=invite.revoke&invite=" + "x".repeat(43))
                            .status())
                    .isEqualTo(403);
            ConsoleClient.Page own = other.get("users");
            assertThat(other.press("act?do=invite.make", own, "forged", Map.of("act:days", "7"))
                            .status())
                    .isEqualTo(403);
        }
        assertThat(new ConsoleClient(base)
                        .press("act?do=invite.make", form, "forged", Map.of("act:days", "7"))
                        .status())
                .isEqualTo(303);
        assertThat(admin.press("act?do=invite.make", form, "forged", Map.of("act:days", "3650"))
                        .status())
                .isEqualTo(200);
        assertThat(admin.get("act?do=invite.revoke&invite=" + "x".repeat(43)).status())
                .isEqualTo(404);
        assertThat(linesOn("invite")).isEqualTo(lines);

        assertThat(admin.press("act?do=invite.make", form, "for ben", Map.of("act:days", "7"))
                        .status())
                .isEqualTo(302);
        assertThat(admin.press("act?do=invite.make", form, "for ben", Map.of("act:days", "7"))
                        .status())
                .isEqualTo(302);
        assertThat(linesOn("invite")).isEqualTo(lines + 1);
    }

    @Test
    void whoIsNobodyOrNotStaffIsSentToSignInAndNothingIsDone() {
        makeRoom();
        ConsoleClient.Page form = moderator.get("act?" + address("ban"));
        var plain = new ConsoleClient(base);
        assertThat(plain.signIn(member.username(), ApiClient.PASSWORD).html()).contains("not staff");

        for (ConsoleClient outsider :
                List.of(plain, new ConsoleClient(base), new ConsoleClient(base).withCookie("x"))) {
            ConsoleClient.Page answer = outsider.press("act?" + address("ban"), form, "forged", NO_MORE);
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.location()).startsWith("/admin/signin?").contains("lost=true");
            for (String page :
                    List.of("overview", "users", "rooms", "room?id=" + room, "audit", "invites", "user.xhtml?id=u_1")) {
                assertThat(outsider.get(page).status()).as(page).isEqualTo(303);
            }
        }
        assertThat(member.get("api/v1/sessions").body().path("sessions")).hasSize(1);
        assertNothingWasDone();
    }

    @Test
    void endOfTheSignInSuspensionAndLossOfTheRoleEndTheSession() {
        var person = ApiClient.registered(base);
        ConsoleClient ended = staff(person, GlobalRole.AUDITOR);
        admin.act("do=sign-out.all&user=" + person.user(), "a lost laptop", NO_MORE);
        assertThat(ended.get("users").status()).isEqualTo(303);

        ConsoleClient suspended = ConsoleClient.signedIn(base, person.username(), ApiClient.PASSWORD);
        admin.act("do=suspend&user=" + person.user(), "a quarrel", NO_MORE);
        assertThat(suspended.get("users").status()).isEqualTo(303);
        assertThat(new ConsoleClient(base)
                        .signIn(person.username(), ApiClient.PASSWORD)
                        .html())
                .contains("This account is suspended");

        admin.act("do=unsuspend&user=" + person.user(), "peace", NO_MORE);
        ConsoleClient demoted = ConsoleClient.signedIn(base, person.username(), ApiClient.PASSWORD);
        admin.give(GlobalRole.USER, person.user());
        assertThat(demoted.get("users").status()).isEqualTo(303);
    }

    @Test
    void sanctionsAndSuspensionHoldUntilTheyAreLifted() {
        makeRoom();
        moderator.act(address("mute"), "noise", Map.of("act:lasting", "ONE_HOUR"));
        assertThat(member.post(room, "x").code()).isEqualTo("muted");
        moderator.act(address("unmute"), "quiet now", NO_MORE);
        assertThat(member.post(room, "x").status()).isEqualTo(201);

        moderator.act(address("ban"), "noise", Map.of("act:lasting", "UNTIL_LIFTED"));
        assertThat(member.post(room, "x").code()).isEqualTo("banned");
        assertThat(moderator.get("room?id=" + room).html()).contains("banned until lifted");
        moderator.act(address("unban"), "quiet now", NO_MORE);
        member.join(room);
        assertThat(member.post(room, "x").status()).isEqualTo(201);

        moderator.act(address("suspend"), "noise", Map.of("act:lasting", "ONE_DAY"));
        assertThat(member.post(room, "x").status()).isIn(401, 403);
        moderator.act(address("unsuspend"), "quiet now", NO_MORE);
        assertThat(member.login(member.username(), ApiClient.PASSWORD).status()).isEqualTo(200);
        assertThat(member.post(room, "x").status()).isEqualTo(201);
    }

    @Test
    void cookieIsForTheConsoleAloneAndIsNewWithEachSignIn() {
        var visitor = new ConsoleClient(base);
        visitor.get("signin");
        String before = visitor.cookie();
        assertThat(before).isNotEmpty();

        visitor.signIn("admin", ADMIN_PASSWORD);

        assertThat(visitor.cookie()).isNotEqualTo(before);
        assertThat(visitor.setCookie()).contains("Path=/admin", "HttpOnly").containsIgnoringCase("SameSite=Strict");
        assertThat(visitor.get("users").status()).isEqualTo(200);
        assertThat(new ConsoleClient(base).withCookie(before).get("users").status())
                .isEqualTo(303);
        String cookie = "confab_admin=" + visitor.cookie();
        assertThat(new ApiClient(base)
                        .raw("GET", "api/v1/me", null, "Cookie", cookie)
                        .status())
                .isEqualTo(401);
        try (var socket = ChatClient.openWithCookie(base, cookie)) {
            assertThat(socket.expectClose()).isEqualTo(4500);
        }
    }

    @Test
    void pageOfAnotherOriginGetsNoPush() throws IOException, InterruptedException {
        var http = HttpClient.newHttpClient();
        for (String origin : List.of("https://evil.example", "null", "https://127.0.0.1:" + base.getPort())) {
            var request = HttpRequest.newBuilder(base.resolve("omnifaces.push/overview?made-up"))
                    .header("Origin", origin)
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .as(origin)
                    .isEqualTo(403);
        }
    }
}
