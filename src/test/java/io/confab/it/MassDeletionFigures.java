package io.confab.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * C34 as a whole: somebody says 3,000 things in 6 rooms, 200 clients at two nodes on PostgreSQL watch, and the node that deletes
 * them is killed half-way; then all of it is taken back. Fails unless everything is gone, and there again, and no client of the
 * living node was closed. After
 * {@code mvn -Pquick -DskipTests package}:
 *
 * <pre>{@code
 * mvn -q -Pquick test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.confab.it.MassDeletionFigures
 * }</pre>
 */
final class MassDeletionFigures {
    private static final int ROOMS = 6;
    private static final int MESSAGES = 3_000;
    private static final int CLIENTS = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private MassDeletionFigures() {}

    public static void main(String... arguments) throws SQLException, InterruptedException {
        String database = PostgresServer.shared().freshDatabase();
        try (var one = node("n1", database);
                var two = node("n2", database)) {
            one.awaitReady();
            two.awaitReady();
            run(database, one, two);
        }
        System.exit(0); // the shared PostgreSQL ends with the JVM
    }

    private static ServerProcess node(String name, String database) {
        var settings = new HashMap<String, String>(SharedServer.WIDE);
        settings.put("confab.node", name);
        settings.put("confab.db.url", database);
        settings.put("confab.connections-per-user", "1000");
        return ServerProcess.start(Map.copyOf(settings));
    }

    private static void run(String database, ServerProcess one, ServerProcess two)
            throws SQLException, InterruptedException {
        var owner = ApiClient.registered(one.base());
        var spammer = ApiClient.registered(one.base());
        var rooms = new ArrayList<String>();
        for (int i = 0; i < ROOMS; i++) {
            rooms.add(owner.room("public", spammer.user()));
            floods(spammer, rooms.get(i), MESSAGES / ROOMS);
        }
        var watching = new HashMap<ServerProcess, List<ChatClient>>();
        for (ServerProcess node : List.of(one, two)) {
            var clients = new ArrayList<ChatClient>();
            for (int i = 0; i < CLIENTS / 2; i++) {
                clients.add(listening(node, owner, rooms));
            }
            watching.put(node, clients);
        }
        var admin = new ApiClient(one.base());
        admin.login("admin", SharedServer.WIDE.get("confab.admin.password"));
        String job = order(admin, spammer);
        ServerProcess holder = awaitHalf(database, job).equals("n1") ? one : two;
        long killed = System.nanoTime();
        holder.kill9();
        ServerProcess left = holder == one ? two : one;
        JsonNode done = awaitDone(admin.at(left.base()), job);
        System.out.printf("gone on and done %.1f s after the kill: %s%n", (System.nanoTime() - killed) / 1e9, done);
        report(database, spammer, watching.get(left), rooms);
        takeBack(database, admin.at(left.base()), spammer, job, watching.get(left), rooms);
        watching.get(left).forEach(ChatClient::close);
    }

    private static void takeBack(
            String database,
            ApiClient admin,
            ApiClient spammer,
            String job,
            List<ChatClient> clients,
            List<String> rooms)
            throws SQLException {
        var order = Json.object().put("cid", ApiClient.cid()).put("reason", "figures");
        long began = System.nanoTime();
        String back = admin.call("POST", "api/v1/jobs/" + job + "/restoration", order)
                .body()
                .path("job")
                .asText();
        JsonNode done = awaitDone(admin, back);
        System.out.printf("taken back in %.1f s: %s%n", (System.nanoTime() - began) / 1e9, done);
        standsAndIsTold(MESSAGES, "msg.restored", database, spammer, clients, rooms);
    }

    private static void floods(ApiClient spammer, String room, int times) {
        try (var socket = ChatClient.connect(spammer)) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < times; i++) {
                ids.add(socket.post(room, "buy this " + i, ApiClient.cid()));
            }
            ids.forEach(socket::expectOk);
        }
    }

    private static ChatClient listening(ServerProcess node, ApiClient who, List<String> rooms) {
        var d = Json.object();
        var all = d.putObject("rooms");
        rooms.forEach(all::putObject);
        var client = ChatClient.open(node.base(), who.access());
        client.send("hello", null, d);
        client.expect("resumed");
        return client;
    }

    private static String order(ApiClient admin, ApiClient spammer) {
        var deletion = Json.object()
                .put("cid", ApiClient.cid())
                .put("user", spammer.user())
                .put("back_ms", Duration.ofDays(1).toMillis())
                .put("mute_ms", Duration.ofDays(1).toMillis())
                .put("reason", "figures");
        JsonNode job = admin.call("POST", "api/v1/jobs/deletions", deletion).body();
        System.out.println("counted before it began: " + job.path("expected"));
        return job.path("job").asText();
    }

    /** Who does it, when about half is done. */
    private static String awaitHalf(String database, String job) throws SQLException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (number(database, "select coalesce(sum(done), 0) from job_room where job_id = '" + job + "'")
                < MESSAGES / 2) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("it did not begin");
            }
            Thread.onSpinWait();
        }
        try (var jdbc = DriverManager.getConnection(database);
                var statement = jdbc.createStatement();
                var rows = statement.executeQuery("select holder from lease where name = 'jobs'")) {
            rows.next();
            return rows.getString(1).split("/")[0];
        }
    }

    private static JsonNode awaitDone(ApiClient admin, String job) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            JsonNode now = admin.get("api/v1/jobs/" + job).body();
            if (now.has("done_at")) {
                return now;
            }
        }
        throw new IllegalStateException("it was not gone on with");
    }

    private static void report(String database, ApiClient spammer, List<ChatClient> clients, List<String> rooms)
            throws SQLException {
        standsAndIsTold(0, "msgs.deleted", database, spammer, clients, rooms);
    }

    private static void standsAndIsTold(
            long expected,
            String type,
            String database,
            ApiClient spammer,
            List<ChatClient> clients,
            List<String> rooms)
            throws SQLException {
        long stands = number(
                database,
                "select count(*) from room_event where type = 'msg.new' and deleted_seq is null and by_id = '"
                        + spammer.user() + "'");
        long events = 0;
        int closed = 0;
        for (ChatClient client : clients) {
            client.roundTrip();
            for (String room : rooms) {
                events += client.events(room).stream()
                        .filter(event -> event.path("t").asText().equals(type))
                        .count();
            }
            closed += client.isOpen() ? 0 : 1;
        }
        System.out.printf(
                "%d stand; %.1f %s a client; %d of %d clients closed%n",
                stands, (double) events / clients.size(), type, closed, clients.size());
        if (stands != expected || closed > 0) {
            throw new IllegalStateException("not as it should be");
        }
    }

    private static long number(String database, String sql) throws SQLException {
        try (var jdbc = DriverManager.getConnection(database);
                var statement = jdbc.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
