package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ApiDescription;
import io.confab.it.support.ApiDescription.Operation;
import io.confab.it.support.ConsolePage.Visitor;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operation of staff that the API describes, as each role and as nobody: who gets past its door, and that nobody else does.
 * An operation that stands in neither table fails.
 */
class ApiWalkIT {
    private static final Set<Visitor> ADMINS = EnumSet.of(Visitor.ADMIN);
    private static final Set<Visitor> OVERSEEING = EnumSet.of(Visitor.ADMIN, Visitor.AUDITOR);
    private static final Set<Visitor> MODERATING = EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR);
    private static final Set<Visitor> STAFF = EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.AUDITOR);
    private static final Set<Visitor> IN_ROOMS = EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.ROOM_MODERATOR);
    private static final Set<Visitor> STAFF_AND_ROOMS =
            EnumSet.of(Visitor.ADMIN, Visitor.MODERATOR, Visitor.AUDITOR, Visitor.ROOM_MODERATOR);
    private static final Set<Visitor> EVERYBODY = EnumSet.complementOf(EnumSet.of(Visitor.NOBODY));

    /** What people do with their own: everybody who is signed in may call it, or it needs no sign-in. */
    private static final Set<String> OWN = Set.of(
            "DELETE /sessions",
            "DELETE /sessions/{id}",
            "GET /me",
            "GET /notices",
            "GET /reports",
            "GET /rooms",
            "GET /rooms/{room}",
            "GET /rooms/{room}/events",
            "GET /rooms/{room}/members",
            "GET /rooms/{room}/pins",
            "GET /second-factor",
            "GET /sessions",
            "GET /stream",
            "GET /users",
            "GET /users/{id}",
            "PATCH /rooms/{room}/messages/{seq}",
            "POST /login",
            "POST /logout",
            "POST /password",
            "POST /register",
            "POST /reports",
            "POST /rooms",
            "POST /rooms/{room}/messages",
            "POST /second-factor",
            "POST /second-factor/confirmation",
            "POST /second-factor/recovery-codes",
            "POST /second-factor/removal",
            "POST /token",
            "PUT /notices/{id}/seen",
            "PUT /rooms/{room}/read");

    /**
     * @param call as it is described, with a query
     * @param body empty: none
     * @param may who gets past the door; what comes behind it (nothing there, nothing to do) is the matter of other tests
     */
    private record Row(String call, String body, Set<Visitor> may) {
        String operation() {
            return call.replaceAll("\\?.*", "");
        }
    }

    /** Whatever is done by who may is harmless here: to a person and in rooms of this test, or to nothing. */
    private static final List<Row> ROWS = List.of(
            new Row("GET /audit?limit=1", "", OVERSEEING),
            new Row("GET /audit/verification?after=999999999", "", OVERSEEING),
            new Row("GET /settings", "", OVERSEEING),
            new Row("GET /policies/registration", "", EVERYBODY),
            new Row("PUT /policies/registration", "{'registration':'open','reason':'a walk'}", ADMINS),
            new Row("GET /policies/hide-score", "", STAFF),
            new Row("PUT /policies/hide-score", "{'score':0,'reason':'a walk'}", ADMINS),
            new Row("GET /policies/second-factor", "", EVERYBODY),
            new Row("PUT /policies/second-factor", "{'asked_of':'nobody'}", ADMINS),
            new Row("GET /invites", "", ADMINS),
            new Row("POST /invites", "{'days':1}", ADMINS),
            new Row("DELETE /invites/{invite}", "", ADMINS),
            new Row("GET /nodes", "", ADMINS),
            new Row("POST /nodes/self/drain", "", ADMINS),
            new Row("POST /nodes/{node}/orders", "{'do':'self_test'}", ADMINS),
            new Row("GET /nodes/orders", "", ADMINS),
            new Row("GET /nodes/orders/{order}", "", ADMINS),
            new Row("PUT /users/{id}/role", "{'role':'user'}", ADMINS),
            new Row("GET /users/{id}/sessions", "", STAFF),
            new Row("DELETE /users/{id}/sessions", "", MODERATING),
            new Row("DELETE /users/{id}/sessions/{session}", "", MODERATING),
            new Row("GET /users/{id}/warnings", "", STAFF),
            new Row("POST /users/{id}/warnings", "{'cid':'CID','text':'be kind'}", MODERATING),
            new Row("DELETE /users/{id}/warnings/{warning}", "", MODERATING),
            new Row("PUT /users/{id}/suspension", "{'until':'2099-01-01T00:00:00Z'}", MODERATING),
            new Row("DELETE /users/{id}/suspension", "", MODERATING),
            new Row("GET /users/{id}/notes", "", STAFF),
            new Row("POST /users/{id}/notes", "{'cid':'CID','text':'a walk'}", MODERATING),
            new Row("DELETE /users/{id}/second-factor", "", ADMINS),
            new Row("GET /sanctions", "", STAFF),
            new Row("GET /search/messages?by=u_none", "", MODERATING),
            new Row("GET /cases", "", STAFF_AND_ROOMS),
            new Row("GET /cases/{id}", "", STAFF_AND_ROOMS),
            new Row("GET /cases/{id}/alike", "", STAFF_AND_ROOMS),
            new Row("PUT /cases/{id}/claim", "{}", IN_ROOMS),
            new Row("POST /cases/{id}/decisions", "{'cid':'CID','verdict':'note','note':'a walk'}", IN_ROOMS),
            new Row("POST /cases/decisions/{decision}/undo", "{'cid':'CID','version':1}", IN_ROOMS),
            new Row("POST /cases/decisions/{decision}/finish", "", IN_ROOMS),
            new Row("GET /reason-templates", "", STAFF),
            new Row("PUT /reason-templates/{id}", "{'title':'Walk','text':'be kind'}", ADMINS),
            new Row("DELETE /reason-templates/{id}", "", ADMINS),
            new Row("GET /jobs", "", STAFF),
            new Row("GET /jobs/{id}", "", STAFF),
            new Row("POST /jobs/{id}/stop", "{'reason':'a walk'}", MODERATING),
            new Row("POST /jobs/{id}/restoration", "{'cid':'CID','reason':'a walk'}", MODERATING),
            new Row("GET /jobs/deletions/preview?room=ROOM&back_ms=60000", "", MODERATING),
            new Row(
                    "POST /jobs/deletions",
                    "{'cid':'CID','room':'QUIET','back_ms':60000,'reason':'a walk'}",
                    MODERATING),
            new Row(
                    "POST /jobs/announcements",
                    "{'cid':'CID','text':'a walk','rooms':['r_none'],'reason':'x'}",
                    ADMINS),
            new Row("GET /rules", "", STAFF),
            new Row("GET /rules/{id}", "", STAFF),
            new Row("GET /rules/{id}/dry-run", "", STAFF),
            new Row("GET /rules/{id}/hits", "", STAFF),
            new Row(
                    "POST /rules",
                    "{'cid':'CID','rule':{'name':'x','act':'alert','trigger':{'kind':'words','words':['quuxwalked']}}}",
                    ADMINS),
            new Row(
                    "POST /rules/trial",
                    "{'text':'x','rule':{'name':'x','act':'alert','trigger':{'kind':'words','words':['quuxwalked']}}}",
                    ADMINS),
            new Row(
                    "PUT /rules/{id}",
                    "{'revision':1,'rule':{'name':'x','act':'alert','trigger':{'kind':'any'}}}",
                    ADMINS),
            new Row("PUT /rules/{id}/mode", "{'mode':'off','revision':1}", ADMINS),
            new Row("DELETE /rules/{id}?revision=1", "", ADMINS),
            new Row("POST /rules/{id}/dry-run", "", ADMINS),
            new Row("GET /rooms/{room}/messages?reason=a%20walk", "", STAFF),
            new Row("GET /rooms/{room}/messages/{seq}/withheld?reason=a%20walk", "", STAFF),
            new Row("GET /rooms/{room}/messages/{seq}/delivery?reason=a%20walk", "", STAFF),
            new Row("PATCH /rooms/{room}", "{'topic':'a walk','reason':'a walk'}", IN_ROOMS),
            new Row("POST /rooms/{room}/members", "{'user':'OTHER','role':'moderator'}", ADMINS),
            new Row("PUT /rooms/{room}/members/{user}", "{'role':'member'}", ADMINS),
            new Row("DELETE /rooms/{room}/members/{user}", "", IN_ROOMS),
            new Row("PUT /rooms/{room}/sanctions/{user}/{kind}", "{}", IN_ROOMS),
            new Row("DELETE /rooms/{room}/sanctions/{user}/{kind}", "", IN_ROOMS),
            new Row("PUT /rooms/{room}/pins/{seq}", "", IN_ROOMS),
            new Row("DELETE /rooms/{room}/pins/{seq}", "", IN_ROOMS),
            new Row("PUT /rooms/{room}/messages/{seq}/hidden", "{}", IN_ROOMS),
            new Row("DELETE /rooms/{room}/messages/{seq}/hidden", "", IN_ROOMS),
            new Row("DELETE /rooms/{room}/messages/{seq}", "", IN_ROOMS),
            new Row("POST /rooms/{room}/messages/removal", "{'seqs':[SEQ]}", IN_ROOMS),
            new Row("DELETE /rooms/{room}", "", ADMINS));

    /** An admin's would end the server of all tests for everybody: {@code StormIT} does that. */
    private static final String DRAIN = "POST /nodes/self/drain";

    private static final Map<Visitor, ApiClient> VISITORS = new EnumMap<>(Visitor.class);
    private static URI base;
    private static ApiClient owner;
    private static ApiClient member;
    private static ApiClient other;
    private static String room;
    private static String seq;
    private static String job;
    private static String quiet;

    @BeforeAll
    static void signInAsEachRole() {
        base = SharedServer.base();
        ApiClient admin = SharedServer.admin();
        owner = ApiClient.registered(base);
        member = ApiClient.registered(base);
        other = ApiClient.registered(base);
        room = owner.room("private", member.user());
        seq = member.post(room, "hello").body().path("seq").asText();
        quiet = owner.room("public");
        var deletion = Json.object().put("cid", ApiClient.cid()).put("room", quiet);
        deletion.put("back_ms", 60_000).put("reason", "a walk");
        job = admin.call("POST", "api/v1/jobs/deletions", deletion)
                .body()
                .path("job")
                .asText();
        VISITORS.put(Visitor.NOBODY, new ApiClient(base));
        VISITORS.put(Visitor.USER, ApiClient.registered(base));
        VISITORS.put(Visitor.AUDITOR, staff(admin, "auditor"));
        VISITORS.put(Visitor.MODERATOR, staff(admin, "moderator"));
        VISITORS.put(Visitor.ADMIN, admin);
        ApiClient roomModerator = ApiClient.registered(base);
        var add = Json.object().put("user", roomModerator.user()).put("role", "moderator");
        assertThat(owner.call("POST", "api/v1/rooms/" + room + "/members", add).status())
                .isEqualTo(200);
        VISITORS.put(Visitor.ROOM_MODERATOR, roomModerator);
    }

    private static ApiClient staff(ApiClient admin, String role) {
        ApiClient person = ApiClient.registered(base);
        String path = "api/v1/users/" + person.user() + "/role";
        assertThat(admin.call("PUT", path, Json.object().put("role", role)).status())
                .isEqualTo(200);
        return person;
    }

    @Test
    void everyOperationIsEitherOnesOwnOrSaysWhoMay() {
        String text = new ApiClient(base)
                .raw("GET", "openapi", null, "Accept", "application/json")
                .raw()
                .body();
        var described = ApiDescription.read(text).operations().stream()
                .map(Operation::name)
                .map(name -> name.replace("/api/v1", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        described.remove("GET /rooms/{room}/messages"); // without a reason one's own, with one of staff
        described.remove("POST /rooms/{room}/members"); // joins, too

        Set<String> known = ROWS.stream().map(Row::operation).collect(Collectors.toCollection(TreeSet::new));
        known.addAll(OWN);
        known.remove("GET /rooms/{room}/messages");
        known.remove("POST /rooms/{room}/members");
        assertThat(known).isEqualTo(described);
    }

    @Test
    void eachOperationOfStaffOpensToThoseWhoMayCallItAndToNobodyElse() {
        var wrong = new ArrayList<String>();
        for (Row row : ROWS) {
            for (Visitor visitor : List.of(
                    Visitor.NOBODY,
                    Visitor.USER,
                    Visitor.AUDITOR,
                    Visitor.ROOM_MODERATOR,
                    Visitor.MODERATOR,
                    Visitor.ADMIN)) {
                boolean may = row.may().contains(visitor);
                if (may && row.operation().equals(DRAIN)) {
                    continue;
                }
                ApiClient.Reply reply = call(row, VISITORS.get(visitor));
                if (may == isShut(reply, visitor) || reply.status() >= 500) {
                    wrong.add(row.call() + " as " + visitor + ": " + reply.status() + " " + reply.body());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aPrivateRoomIsReadByStaffWithAReasonThatStandsInTheTrail() {
        ApiClient auditor = VISITORS.get(Visitor.AUDITOR);
        String talk = owner.room("private", member.user());
        member.post(talk, "for members");
        String messages = "api/v1/rooms/" + talk + "/messages";

        assertThat(auditor.get(messages).status()).isEqualTo(404);
        assertThat(auditor.get(messages + "?reason=%20").status())
                .as("says nothing")
                .isEqualTo(400);
        assertThat(member.get(messages + "?reason=curious").status())
                .as("a member reads as a member")
                .isEqualTo(403);
        assertThat(auditor.get(messages + "?reason=ticket%207&limit=1").raw().body())
                .contains("for members");
        var change = Json.object().put("mode", "readonly").put("reason", "a quarrel");
        assertThat(VISITORS.get(Visitor.MODERATOR)
                        .call("PATCH", "api/v1/rooms/" + talk, change)
                        .status())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(VISITORS.get(Visitor.ADMIN)
                                .get("api/v1/audit?target=" + talk)
                                .body()
                                .path("lines"))
                        .extracting(line -> line.path("act").asText() + " "
                                + line.path("actor").asText() + " "
                                + line.path("why").asText())
                        .containsExactly(
                                "room.read " + auditor.user() + " ticket 7",
                                "room.updated "
                                        + VISITORS.get(Visitor.MODERATOR).user() + " a quarrel"));
    }

    /** A room that somebody may not know of answers like one that is not there. */
    private static boolean isShut(ApiClient.Reply reply, Visitor visitor) {
        if (visitor == Visitor.NOBODY) {
            return reply.status() == 401;
        }
        boolean hidden =
                reply.status() == 404 && reply.body().path("detail").asText().endsWith("no such room");
        return reply.status() == 403 || hidden;
    }

    private static ApiClient.Reply call(Row row, ApiClient visitor) {
        String method = row.call().substring(0, row.call().indexOf(' '));
        String path = row.call()
                .substring(row.call().indexOf(' ') + 2)
                .replace("{room}", room)
                .replace("ROOM", room)
                .replace("{user}", member.user())
                .replace("users/{id}", "users/" + other.user())
                .replace("jobs/{id}", "jobs/" + job)
                .replace("{seq}", seq)
                .replace("{kind}", "mute")
                .replace("{invite}", "x".repeat(43))
                .replaceAll("\\{[a-z]+}", "x_none");
        ObjectNode body = row.body().isEmpty()
                ? null
                : (ObjectNode) Json.read(row.body()
                        .replace('\'', '"')
                        .replace("CID", ApiClient.cid())
                        .replace("QUIET", quiet)
                        .replace("OTHER", other.user())
                        .replace("SEQ", seq));
        return visitor.call(method, "api/v1/" + path, body);
    }
}
