package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Burst;
import io.confab.it.support.ServerProcess;
import io.confab.kernel.Json;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A scene for a node that dies: it is about a decision and a job, and cannot finish them, since somebody holds the room's row
 * in the database. Another node does, once, when the row is free.
 */
final class LeftUndone implements AutoCloseable {
    /** A lease of 10 s runs out, or of 15 s; then a round every 5 s. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(40);

    private static final String ANNOUNCED = "the doors close at ten";

    private final ApiClient owner;
    private final ApiClient reporter;
    private final String room;
    private final List<String> others;
    private final long reported;
    private final Connection holder;
    private String caseId = "";
    private String job = "";

    /** @param dies begins both, and no other node goes on with the job while it lives */
    LeftUndone(ServerProcess dies, List<ServerProcess> live, String database) throws SQLException {
        owner = ApiClient.registered(live.getFirst().base());
        reporter = ApiClient.registered(live.getFirst().base());
        room = owner.room("public");
        others = List.of(owner.room("public"), owner.room("public"));
        reporter.join(room);
        reported = owner.post(room, "you fools").body().path("seq").asLong();
        holder = DriverManager.getConnection(database);
        hold();
        decide(ConsoleScenes.admin(dies));
        order(ConsoleScenes.admin(dies), live);
    }

    private void hold() throws SQLException {
        holder.setAutoCommit(false);
        try (var row = holder.prepareStatement("select head from room where id = ? for update")) {
            row.setString(1, room);
            assertThat(row.executeQuery().next()).isTrue();
        }
    }

    private void decide(ApiClient staff) {
        ObjectNode report = Json.object().put("room", room).put("seq", reported).put("type", "hate");
        assertThat(reporter.call("POST", "api/v1/reports", report).status()).isEqualTo(201);
        caseId = ConsoleScenes.caseOf(staff, room);
        ObjectNode decision = Json.object()
                .put("cid", ApiClient.cid())
                .put("verdict", "agree")
                .put("version", 1)
                .put("reason", "be kind");
        decision.putArray("acts").addObject().put("act", "delete");
        ApiClient.Reply decided = staff.call("POST", "api/v1/cases/" + caseId + "/decisions", decision);
        assertThat(decided.status()).as("%s", decided.body()).isEqualTo(201);
        assertThat(decided.body().at("/acts/0/state").asText()).isEqualTo("pending");
    }

    /** The others stand still until the one that dies has taken the job. */
    private void order(ApiClient staff, List<ServerProcess> live) {
        ObjectNode announcement =
                Json.object().put("cid", ApiClient.cid()).put("text", ANNOUNCED).put("reason", "a test");
        announcement.putArray("rooms").add(room).add(others.getFirst()).add(others.getLast());
        live.forEach(ServerProcess::freeze);
        try {
            ApiClient.Reply ordered = staff.call("POST", "api/v1/jobs/announcements", announcement);
            assertThat(ordered.status()).as("%s", ordered.body()).isIn(201, 202);
            job = ordered.body().path("job").asText();
            await("the rooms that nobody holds are told")
                    .atMost(ConsoleScenes.SOON)
                    .until(() ->
                            staff.get("api/v1/jobs/" + job).body().path("done").asInt() == others.size());
        } finally {
            live.forEach(ServerProcess::thaw);
        }
    }

    /** The row is free: to be called when the node is dead. */
    void letGo() throws SQLException {
        holder.rollback();
    }

    /** Each thing was done once, and all that was ordered. */
    void isFinishedAt(ServerProcess lives) {
        ApiClient staff = ConsoleScenes.admin(lives);
        await("the decision is carried out")
                .atMost(TAKEN_OVER)
                .untilAsserted(() -> assertThat(staff.get("api/v1/cases/" + caseId)
                                .body()
                                .at("/decisions/0/acts/0/state")
                                .asText())
                        .isEqualTo("done"));
        await("the job is over")
                .atMost(TAKEN_OVER)
                .until(() -> staff.get("api/v1/jobs/" + job).body().has("done_at"));
        assertThat(events("msg.deleted")).isEqualTo(1);
        assertThat(told(room)).isEqualTo(1);
        assertThat(others).allMatch(each -> told(each) == 1);
    }

    private long events(String type) {
        return Burst.log(owner, room).values().stream()
                .filter(event -> event.path("t").asText().equals(type))
                .count();
    }

    private long told(String where) {
        return Burst.log(owner, where).values().stream()
                .filter(event -> event.at("/d/body/text").asText().equals(ANNOUNCED))
                .count();
    }

    @Override
    public void close() throws SQLException {
        holder.close();
    }
}
