package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.admin.NodeAct;
import io.confab.admin.RoomAct;
import io.confab.admin.StaffAct;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ConsolePage;
import io.confab.it.support.ConsolePage.Visitor;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.net.URI;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All pages of the console and all acts, as each role and as nobody: what opens, and that nothing else does anything. */
class ConsoleWalkIT {
    private static final Map<Visitor, ConsoleClient> VISITORS = new EnumMap<>(Visitor.class);
    private static final Map<String, String> FORM = Map.of("act:role", "ADMIN", "act:days", "7", "act:rule", "STAFF");
    /** Of pages; the group is the nonce. */
    private static final Pattern POLICY = Pattern.compile("default-src 'none'; style-src 'self'; img-src 'self' data:; "
            + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            + "script-src 'self' 'nonce-([^' ]{20,})';?");

    private static final Set<String> NONCES = new HashSet<>();
    private static URI base;
    private static ConsoleClient admin;
    private static ApiClient owner;
    private static ApiClient member;
    private static ApiClient roomModerator;
    private static String room;
    private static String otherRoom;
    private static long seq;
    private static String reported;
    private static String job;
    private static String chosen;

    @BeforeAll
    static void signInAsEachRole() {
        base = SharedServer.base();
        admin = ConsoleClient.signedIn(base, "admin", SharedServer.WIDE.get("confab.admin.password"));
        owner = ApiClient.registered(base);
        member = ApiClient.registered(base);
        roomModerator = ApiClient.registered(base);
        room = roomWith("private");
        otherRoom = owner.room("public");
        member.join(otherRoom);
        seq = member.post(room, "hello").body().path("seq").asLong();
        role(room, "moderator");
        reported = report();
        job = orderedJob();
        chosen = chosen();
        VISITORS.put(Visitor.ADMIN, admin);
        VISITORS.put(Visitor.MODERATOR, staff(GlobalRole.MODERATOR).console());
        VISITORS.put(Visitor.AUDITOR, staff(GlobalRole.AUDITOR).console());
        VISITORS.put(Visitor.ROOM_MODERATOR, roomModeratorSignsIn());
        VISITORS.put(Visitor.NOBODY, new ConsoleClient(base));
        Someone former = staff(GlobalRole.ADMIN);
        admin.give(GlobalRole.USER, former.person().user());
        VISITORS.put(Visitor.USER, former.console());
    }

    /** Of a deletion that finds nothing. */
    private static String orderedJob() {
        var empty = owner.room("public");
        var order = Json.object()
                .put("cid", ApiClient.cid())
                .put("room", empty)
                .put("back_ms", 60_000)
                .put("reason", "a test");
        return SharedServer.admin()
                .call("POST", "api/v1/jobs/deletions", order)
                .body()
                .path("job")
                .asText();
    }

    /** The id of a case. */
    private static String report() {
        var about = Json.object().put("room", room).put("seq", seq).put("type", "spam");
        assertThat(owner.call("POST", "api/v1/reports", about).status()).isEqualTo(201);
        for (JsonNode row :
                SharedServer.admin().get("api/v1/cases?state=open").body().path("cases")) {
            if (row.path("room").asText().equals(room)) {
                return row.path("case").asText();
            }
        }
        throw new AssertionError("the report is not among the open cases");
    }

    /** The id of a list of people to act on. */
    private static String chosen() {
        var fields = Map.of("list", "list", "list:go", "go", "shown", member.user(), "pick", member.user());
        String location = admin.post("users", admin.get("users"), fields).location();
        assertThat(location).contains("/admin/people?list=l_");
        return location.substring(location.indexOf("l_"));
    }

    private record Someone(ApiClient person, ConsoleClient console) {}

    private static Someone staff(GlobalRole role) {
        var person = ApiClient.registered(base);
        admin.give(role, person.user());
        return new Someone(person, ConsoleClient.signedIn(base, person.username(), ApiClient.PASSWORD));
    }

    private static ConsoleClient roomModeratorSignsIn() {
        return ConsoleClient.signedIn(base, roomModerator.username(), ApiClient.PASSWORD);
    }

    private static String roomWith(String kind) {
        String made = owner.room(kind);
        for (ApiClient person : new ApiClient[] {member, roomModerator}) {
            owner.call(
                    "POST", "api/v1/rooms/" + made + "/members", Json.object().put("user", person.user()));
        }
        return made;
    }

    private static void role(String in, String word) {
        var reply = owner.call(
                "PUT",
                "api/v1/rooms/" + in + "/members/" + roomModerator.user(),
                Json.object().put("role", word));
        assertThat(reply.status()).isEqualTo(200);
    }

    /** Exhaustive: an act that is new does not compile here before it is said who may do it. */
    private static Set<Visitor> doers(StaffAct act) {
        return switch (act) {
            case DELETE_MESSAGE, HIDE_MESSAGE, RESTORE_MESSAGE, MUTE, UNMUTE, BAN, UNBAN ->
                EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.ROOM_MODERATOR);
            case SUSPEND, UNSUSPEND, WARN, SIGN_OUT, SIGN_OUT_ALL -> EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR);
            case SET_ROLE, REMOVE_FACTOR, SET_FACTOR_RULE, MAKE_INVITE, REVOKE_INVITE -> EnumSet.of(Visitor.ADMIN);
        };
    }

    private static String address(StaffAct act, String in) {
        return "act?do=" + act.word()
                + switch (act) {
                    case DELETE_MESSAGE, HIDE_MESSAGE, RESTORE_MESSAGE -> "&room=" + in + "&seq=" + seq;
                    case MUTE, UNMUTE, BAN, UNBAN -> "&room=" + in + "&user=" + member.user();
                    case SUSPEND, UNSUSPEND, WARN, SIGN_OUT_ALL, SET_ROLE, REMOVE_FACTOR -> "&user=" + member.user();
                    case SIGN_OUT -> "&user=" + member.user() + "&device=s_none";
                    case REVOKE_INVITE -> "&invite=" + "x".repeat(43);
                    case SET_FACTOR_RULE, MAKE_INVITE -> "";
                };
    }

    @Test
    void eachPageOpensToThoseItIsForAndToNobodyElse() {
        List<ConsolePage> all = Stream.concat(ConsolePage.ALL.stream(), ConsolePage.DOWNLOADS.stream())
                .toList();
        for (ConsolePage page : all) {
            String address = page.name()
                    + page.parameters()
                            .replace("ROOM", room)
                            .replace("USER", member.user())
                            .replace("SEQ", Long.toString(seq))
                            .replace("CASE", reported)
                            .replace("JOB", job)
                            .replace("LIST", chosen);
            VISITORS.forEach((visitor, console) -> {
                String what = page.name() + " as " + visitor;
                assertThat(console.get(address)).as(what).satisfies(answer -> {
                    expect(page, visitor, answer);
                    assertGuarded(answer);
                });
                if (!page.opens().contains(visitor)) {
                    ConsoleClient.Page answer = console.post(address, ConsoleClient.Page.UNOPENED, Map.of());
                    assertThat(answer.status()).as("posted to " + what).isIn(302, 303, 403, 404, 405);
                }
            });
        }
    }

    private static void expect(ConsolePage page, Visitor visitor, ConsoleClient.Page answer) {
        boolean ofRooms = visitor == Visitor.ROOM_MODERATOR;
        if (page.opens().contains(visitor)) {
            assertThat(answer.status()).isEqualTo(200);
        } else if (page.name().equals("setup")) {
            assertThat(answer.status()).isEqualTo(ofRooms ? 403 : 404);
        } else if (page.name().equals("signin")) {
            assertThat(answer.location()).endsWith("/admin/overview");
        } else if (page.name().equals("overview") && ofRooms) {
            assertThat(answer.location()).isEqualTo("/admin/rooms");
        } else if (visitor.isIn()) {
            assertThat(answer.status()).isEqualTo(403);
        } else {
            assertThat(answer.location()).startsWith("/admin/signin?from=");
        }
    }

    /** The headers of every answer, and of every page the policy: scripts by nonce or from here, nothing inline, no frame. */
    private static void assertGuarded(ConsoleClient.Page answer) {
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        if (answer.header("Content-Type").startsWith("text/html")
                && answer.location().isEmpty()) {
            Matcher policy = POLICY.matcher(answer.header("Content-Security-Policy"));
            assertThat(policy.matches()).as("%s", answer.headers()).isTrue();
            assertThat(NONCES.add(policy.group(1))).as("a nonce comes once").isTrue();
        }
    }

    @Test
    void eachActOpensToThoseWhoMayDoItAndForgedByOthersDoesNothing() {
        long lines = lines();
        for (StaffAct act : StaffAct.values()) {
            String address = address(act, room);
            VISITORS.forEach((visitor, console) -> {
                String what = act + " as " + visitor;
                int open = act == StaffAct.REVOKE_INVITE ? 404 : 200; // there is none of this id
                int status = doers(act).contains(visitor) ? open : visitor.isIn() ? 403 : 303;
                assertThat(console.get(address).status()).as(what).isEqualTo(status);
                if (!doers(act).contains(visitor)) {
                    ConsoleClient.Page own = console.get("rooms"); // the state of a page of their own, if they have one
                    assertThat(console.press(address, own, "forged", FORM).status())
                            .as("forged " + what)
                            .isIn(302, 303, 403);
                }
            });
        }
        assertNothingWasDone(lines);
    }

    /** Exhaustive, likewise. */
    private static Set<Visitor> doers(RoomAct act) {
        return switch (act) {
            case MODE, KICK, UNPIN -> EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.ROOM_MODERATOR);
            case ARCHIVE -> EnumSet.of(Visitor.ADMIN, Visitor.ROOM_MODERATOR); // in the end as its owner alone
        };
    }

    private static String address(NodeAct act, String node) {
        return "node?do=" + act.word()
                + switch (act) {
                    case DRAIN, UNDRAIN, LOG_LEVEL -> "&node=" + node;
                    case CLOSE_SOCKETS -> "&user=" + member.user();
                };
    }

    @Test
    void eachActOnARoomOrANodeOpensToThoseWhoMayDoItAndForgedByOthersDoesNothing() {
        long lines = lines();
        String node = SharedServer.admin()
                .get("api/v1/nodes")
                .body()
                .at("/nodes/0/id")
                .asText();
        List<String> orders = known("nodes/orders", "order");
        for (RoomAct act : RoomAct.values()) {
            walk(act.toString(), "roomact?do=" + act.word() + "&room=" + room + "&user=" + member.user(), doers(act));
        }
        for (NodeAct act : NodeAct.values()) {
            walk(act.toString(), address(act, node), EnumSet.of(Visitor.ADMIN));
        }
        assertNothingWasDone(lines);
        assertThat(known("nodes/orders", "order")).isEqualTo(orders);
    }

    private static void walk(String act, String address, Set<Visitor> doers) {
        VISITORS.forEach((visitor, console) -> {
            String what = act + " as " + visitor;
            if (doers.contains(visitor)) {
                assertThat(console.get(address).status()).as(what).isIn(200, 404); // a node that does not drain
                return;
            }
            assertThat(console.get(address).status()).as(what).isEqualTo(visitor.isIn() ? 403 : 303);
            assertThat(console.press(address, console.get("rooms"), "forged", Map.of())
                            .status())
                    .as("forged " + what)
                    .isIn(302, 303, 403);
        });
    }

    /** A form of a page that more may see than may send it. */
    private record Form(String name, String page, String form, String button, Map<String, String> fields) {
        Map<String, String> sent() {
            var all = new HashMap<>(Map.of(form, form, form + ":" + button, "go", form + ":why", "forged"));
            fields.forEach((key, value) -> all.put(form + ":" + key, value));
            return all;
        }
    }

    /** Acts that have no page of their own: on many people, on registration, on a job, notes, ready reasons, orders, the trail. */
    @Test
    void eachFormOfAPageSentByWhoMayOnlySeeThePageDoesNothing() {
        long lines = lines();
        String registration = registration();
        String templates =
                SharedServer.admin().get("api/v1/reason-templates").raw().body();
        List<String> jobs = known("jobs", "job");
        var acting = EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR);
        var admins = EnumSet.of(Visitor.ADMIN);
        var overseeing = EnumSet.of(Visitor.ADMIN, Visitor.AUDITOR);
        var forms = new LinkedHashMap<Form, Set<Visitor>>();
        forms.put(
                new Form("suspend many", "people?list=" + chosen, "act", "perform", Map.of("what", "SUSPEND")), acting);
        forms.put(new Form("note", "user?id=" + member.user(), "noting", "write", Map.of("note", "forged")), acting);
        forms.put(new Form("registration", "invites", "registration", "decide", Map.of("mode", "CLOSED")), admins);
        forms.put(new Form("stop", "job?id=" + job, "act", "perform", Map.of()), acting);
        forms.put(new Form("take back", "job?id=" + job, "back", "perform", Map.of()), acting);
        forms.put(
                new Form("ready reason", "templates", "template", "save", Map.of("title", "Forged", "text", "forged")),
                admins);
        forms.put(new Form("announce", "announce", "act", "perform", Map.of("text", "forged", "rooms", room)), admins);
        forms.put(new Form("delete", "deletion?room=" + room + "&back=1h", "act", "perform", Map.of()), acting);
        forms.put(new Form("self-test", "health", "test", "begin", Map.of()), admins);
        forms.put(new Form("ask nodes", "sessions?who=" + member.username(), "ask", "begin", Map.of()), admins);
        forms.put(new Form("verify", "audit", "chain", "verify", Map.of()), overseeing);
        var deciding = EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.ROOM_MODERATOR);
        var decision = Map.of("version", "1", "command", "forged", "do_delete", "on", "reason", "forged");
        forms.put(new Form("agree", "report?id=" + reported, "decide", "agree", decision), deciding);
        forms.put(
                new Form("note on a case", "report?id=" + reported, "decide", "addNote", Map.of("note", "forged")),
                deciding);
        for (String verdict : new String[] {"disagree", "ignore", "escalate"}) {
            forms.put(new Form(verdict, "report?id=" + reported, "decide", verdict, decision), acting);
        }
        forms.put(
                new Form("pass", "report?id=" + reported, "decide", "pass", Map.of("version", "1", "letStand", "x")),
                EnumSet.of(Visitor.ROOM_MODERATOR));
        List<String> orders = known("nodes/orders", "order");
        forms.forEach((form, doers) -> EnumSet.complementOf(EnumSet.copyOf(doers))
                .forEach(visitor -> {
                    ConsoleClient console = VISITORS.get(visitor);
                    ConsoleClient.Page seen = console.get(form.page());
                    ConsoleClient.Page from = seen.status() == 200 ? seen : console.get("rooms");
                    ConsoleClient.Page answer = console.post(form.page(), from, form.sent());
                    assertThat(answer.status())
                            .as("%s as %s", form.name(), visitor)
                            .isIn(200, 302, 303, 403, 404);
                    assertThat(answer.html())
                            .as("%s as %s", form.name(), visitor)
                            .doesNotContain("lines are right");
                }));

        assertNothingWasDone(lines);
        JsonNode about = SharedServer.admin().get("api/v1/cases/" + reported).body();
        assertThat(about.path("state").asText()).isEqualTo("open");
        assertThat(about.path("decisions")).isEmpty();
        assertThat(registration()).isEqualTo(registration);
        assertThat(SharedServer.admin().get("api/v1/reason-templates").raw().body())
                .isEqualTo(templates);
        assertThat(known("jobs", "job")).isEqualTo(jobs);
        assertThat(SharedServer.admin().get("api/v1/jobs/" + job).body().has("stopped_at"))
                .isFalse();
        assertThat(known("nodes/orders", "order")).isEqualTo(orders);
        assertThat(SharedServer.admin()
                        .get("api/v1/users/" + member.user() + "/notes")
                        .body()
                        .path("notes"))
                .isEmpty();
    }

    /** The ids of a list; how far each is changes by itself. */
    private static List<String> known(String list, String field) {
        return SharedServer.admin().get("api/v1/" + list).body().findValuesAsText(field);
    }

    private static String registration() {
        return SharedServer.admin().get("api/v1/policies/registration").raw().body();
    }

    private static long lines() {
        return admin.get("audit?target=" + room).rows()
                + admin.get("audit?target=" + member.user()).rows()
                + admin.get("audit?target=policy").rows();
    }

    private static void assertNothingWasDone(long lines) {
        assertThat(lines()).isEqualTo(lines);
        for (String in : new String[] {room, otherRoom}) {
            assertThat(member.post(in, "still here").status()).isEqualTo(201);
        }
        assertThat(member.get("api/v1/rooms/" + room + "/messages").raw().body())
                .contains("hello");
        assertThat(member.get("api/v1/me").body().path("role").asText()).isEqualTo("user");
    }

    @Test
    void roomModeratorReachesTheirRoomsAndNoOther() {
        ConsoleClient console = VISITORS.get(Visitor.ROOM_MODERATOR);
        ConsoleClient.Page list = console.get("rooms");
        assertThat(list.html()).contains(room).doesNotContain(otherRoom);
        assertThat(console.get("room?id=" + room).html())
                .contains("hello")
                .doesNotContain("/admin/user?", "/admin/audit?");

        assertThat(console.get("room?id=" + otherRoom).status()).isEqualTo(404);
        ConsoleClient.Page own = console.get("act?" + "do=mute&room=" + room + "&user=" + member.user());
        for (StaffAct act : StaffAct.values()) {
            if (doers(act).contains(Visitor.ROOM_MODERATOR)) {
                String address = address(act, otherRoom);
                assertThat(console.get(address).status())
                        .as("%s elsewhere", act)
                        .isEqualTo(404);
                assertThat(console.press(address, own, "forged", Map.of()).status())
                        .as("forged %s elsewhere", act)
                        .isIn(302, 404);
            }
        }
        assertThat(member.post(otherRoom, "still here").status()).isEqualTo(201);
    }

    /** Every page about a room, a message, a case, and every act there, as who moderates another room. */
    @Test
    void whoModeratesAnotherRoomGetsNothingOfThisOne() {
        long lines = lines();
        var stranger = ApiClient.registered(base);
        stranger.room("public");
        var console = ConsoleClient.signedIn(base, stranger.username(), ApiClient.PASSWORD);
        for (ConsolePage page : ConsolePage.ALL) {
            String address = page.name()
                    + page.parameters()
                            .replace("ROOM", room)
                            .replace("USER", member.user())
                            .replace("SEQ", Long.toString(seq))
                            .replace("CASE", reported);
            if (page.parameters().contains("ROOM") || page.parameters().contains("CASE")) {
                int shut = page.opens().contains(Visitor.ROOM_MODERATOR) ? 404 : 403;
                assertThat(console.get(address).status()).as(address).isEqualTo(shut);
            }
        }
        assertThat(console.get("queue").html()).doesNotContain(reported, room);
        assertThat(console.get("queue?state=closed").status()).isEqualTo(200);
        assertThat(console.get("queue?state=escalated").html()).doesNotContain(reported);
        for (StaffAct act : StaffAct.values()) {
            int shut = doers(act).contains(Visitor.ROOM_MODERATOR) ? 404 : 403;
            assertThat(console.get(address(act, room)).status()).as("%s", act).isEqualTo(shut);
        }
        for (String button : new String[] {"agree", "pass", "addNote", "disagree"}) {
            var fields = Map.of("version", "1", "letStand", "x", "note", "x", "do_delete", "on", "reason", "forged");
            var form = new Form(button, "report?id=" + reported, "decide", button, fields);
            assertThat(console.post(form.page(), console.get("queue"), form.sent())
                            .status())
                    .as(button)
                    .isIn(302, 404);
        }
        assertThat(SharedServer.admin().get("api/v1/cases/" + reported).body().path("decisions"))
                .isEmpty();
        assertNothingWasDone(lines);
    }

    @Test
    void roomModeratorMutesInTheirRoomAndNobodyAboveThem() {
        ConsoleClient console = VISITORS.get(Visitor.ROOM_MODERATOR);
        String where = "&room=" + room + "&user=";

        assertThat(console.act("do=mute" + where + member.user(), "noise", Map.of())
                        .status())
                .isEqualTo(302);
        assertThat(member.post(room, "x").code()).isEqualTo("muted");
        assertThat(console.act("do=unmute" + where + member.user(), "quiet now", Map.of())
                        .status())
                .isEqualTo(302);
        assertThat(member.post(room, "x").status()).isEqualTo(201);
        assertThat(console.act("do=ban" + where + owner.user(), "a coup", Map.of())
                        .html())
                .contains("Not done");
    }

    @Test
    void roomModeratorWhoLosesARoomLosesItsPageAndItsActsAtOnce() {
        String lost = roomWith("public");
        role(lost, "moderator");
        ConsoleClient console = roomModeratorSignsIn();
        ConsoleClient.Page page = console.get("room?id=" + lost);
        String mute = "act?do=mute&room=" + lost + "&user=" + member.user();
        ConsoleClient.Page form = console.get(mute);
        assertThat(form.status()).isEqualTo(200);

        role(lost, "member");

        assertThat(console.post("room?id=" + lost, page, Map.of("members", "members", "members:find", "Find"))
                        .status())
                .isEqualTo(404);
        assertThat(console.press(mute, form, "late", Map.of()).status()).isEqualTo(404);
        assertThat(member.post(lost, "still here").status()).isEqualTo(201);
        assertThat(console.get("rooms").status())
                .as("the other room is still theirs")
                .isEqualTo(200);
    }

    @Test
    void whoModeratesNothingIsNotLetInAndNoSignInIsMade() {
        var plain = new ConsoleClient(base);

        assertThat(plain.signIn(member.username(), ApiClient.PASSWORD).html())
                .contains("not staff and moderates no room");

        assertThat(member.get("api/v1/sessions").body().path("sessions")).hasSize(1);
        assertThat(plain.get("rooms").status()).isEqualTo(303);
    }
}
