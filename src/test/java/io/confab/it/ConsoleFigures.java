package io.confab.it;

import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import io.confab.it.support.Browser;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.search.SearchFigures;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Figures of docs/performance.md: how long the pages of the console take with 1,000,000 people and 10,000,000 messages. One node
 * on PostgreSQL with default settings, filled by {@code src/test/resources/size.sql}; the time is that of Chromium, from the click
 * to the page's {@code load} event, or until a list that was asked for anew stands there. On a quiet machine, with 15 GB free on the disk
 * and Maven on a JDK 21 or newer, some eight minutes to fill and four to measure; with the JDBC URL of a database that was filled so, it fills none:
 *
 * <pre>{@code
 * mvn -q -o -Pquick package -DskipTests
 * mvn -q -o -Pquick test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.confab.it.ConsoleFigures
 * }</pre>
 */
final class ConsoleFigures {
    private static final int TIMES = 30;
    private static final int WARM = 4;
    private static final int PEOPLE = 1_000_000;

    private final Random random = new Random(1);
    private final URI base;
    private final Page page;
    private final Map<String, String> ids = new HashMap<>();

    private ConsoleFigures(URI base, Page page) {
        this.base = base;
        this.page = page;
    }

    public static void main(String... arguments) throws SQLException, IOException {
        boolean filled = arguments.length > 0;
        String url = filled ? arguments[0] : PostgresServer.shared().freshDatabase();
        var settings = new HashMap<>(SharedServer.WIDE);
        settings.put("confab.db.url", url);
        settings.put("confab.console.push", "2s");
        try (var node = ServerProcess.start(settings).awaitReady();
                var jdbc = DriverManager.getConnection(url)) {
            if (!filled) {
                node.sigterm();
                node.awaitEnd(Duration.ofSeconds(60));
                fill(jdbc);
                node.restart().awaitReady();
            }
            System.out.printf("%,d MB%n", number(jdbc, "select pg_database_size(current_database()) / 1000000"));
            awaitSealed(jdbc);
            try (var browser = Browser.start()) {
                var figures = new ConsoleFigures(node.base(), browser.window(1200, 800));
                figures.find(jdbc);
                figures.measure();
            }
        }
        System.exit(0); // the shared PostgreSQL ends with the JVM
    }

    private static void fill(Connection jdbc) throws SQLException, IOException {
        var sql = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("src/test/resources/size.sql"))) {
            if (line.startsWith("--")) {
                continue;
            }
            sql.append(line).append('\n');
            if (line.endsWith(";")) {
                long begin = System.nanoTime();
                try (var statement = jdbc.createStatement()) {
                    statement.execute(sql.toString());
                }
                double seconds = (System.nanoTime() - begin) / 1e9;
                if (seconds > 1) {
                    System.out.printf(
                            "%6.0f s  %.60s%n", seconds, sql.toString().replace('\n', ' '));
                }
                sql.setLength(0);
            }
        }
    }

    private static long number(Connection jdbc, String sql) throws SQLException {
        try (var statement = jdbc.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Until the node has made the million lines a chain, which it does behind whatever else it does. */
    private static void awaitSealed(Connection jdbc) {
        await().atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> number(jdbc, "select count(*) from audit where chain_no is null") == 0);
    }

    /** Cases and messages to open, spread over all of them. */
    private void find(Connection jdbc) throws SQLException {
        try (var statement = jdbc.createStatement();
                var rows =
                        statement.executeQuery("select id, author_id, room_id, seq from mod_case where state = 'open'"
                                + " order by id limit 1000")) {
            for (int i = 0; rows.next(); i++) {
                ids.put("case" + i, rows.getString(1));
                ids.put("person" + i, rows.getString(2));
                ids.put("room" + i, rows.getString(3));
                ids.put("seq" + i, rows.getString(4));
            }
        }
        try (var statement = jdbc.createStatement();
                var rows = statement.executeQuery(
                        "select id from room where epoch = 'load' order by members desc limit 1")) {
            rows.next();
            ids.put("hall", rows.getString(1));
        }
    }

    private String any(String what) {
        return String.valueOf(ids.get(what + random.nextInt(1_000)));
    }

    private String word(int from, int to) {
        return SearchFigures.md5(String.valueOf(from + random.nextInt(to - from)))
                .substring(0, 7);
    }

    private void measure() {
        page.navigate(base + "admin/overview");
        page.getByLabel("Username").fill("admin");
        page.getByLabel("Password").fill("an admin password for tests");
        page.getByLabel("Password").press("Enter");
        page.waitForURL("**/admin/overview");
        System.out.println("| page | p50 ms | p95 ms | most ms |");
        System.out.println("|---|--:|--:|--:|");
        open("overview", () -> "overview");
        open("queue, 1,000 open cases", () -> "queue");
        open("queue, 199,000 decided", () -> "queue?state=closed");
        open("a report", () -> "report?id=" + any("case"));
        open("people", () -> "users");
        list("people whose name begins so", "users", () -> "load" + (10 + random.nextInt(90)));
        list("one person", "users", () -> "load" + (1 + random.nextInt(PEOPLE)));
        deep("people, another page", "users");
        open("a person", () -> "user?id=" + any("person"));
        open("rooms", () -> "rooms");
        list("rooms whose name begins so", "rooms", () -> "Room " + random.nextInt(1_000));
        open("a room", () -> "room?id=" + any("room"));
        open("the room of 10,000 members and 1,000,000 messages", () -> "room?id=" + ids.get("hall"));
        open(
                "a message in the middle of it",
                () -> "room?id=" + ids.get("hall") + "&around=" + (20_000 + random.nextInt(980_000)));
        open("search, an often word", () -> "search?q=" + word(0, 20));
        open("search, a seldom word", () -> "search?q=" + word(5_000, 20_000));
        open("search, two often words", () -> "search?q=" + word(0, 20) + "+" + word(0, 20));
        open("search, a word that is nowhere", () -> "search?q=nowhere" + random.nextInt(1_000_000));
        open("search, a word in the largest room", () -> "search?q=" + word(0, 2_000) + "&room=" + ids.get("hall"));
        open("who got a message", () -> {
            int which = random.nextInt(1_000);
            return "delivery?room=" + ids.get("room" + which) + "&seq=" + ids.get("seq" + which);
        });
        open("sanctions", () -> "sanctions");
        open("rules", () -> "rules");
        open("jobs", () -> "jobs");
        open("sessions", () -> "sessions");
        open("sessions of one person", () -> "sessions?who=load" + (1 + random.nextInt(200_000)));
        open("audit trail", () -> "audit");
        open("audit trail of a room", () -> "audit?target=" + any("room"));
        open("audit trail of who acts", () -> "audit?actor=load" + (1 + random.nextInt(20)));
        open("nodes", () -> "nodes");
        open("health", () -> "health");
        open("settings", () -> "settings");
    }

    private void open(String name, Supplier<String> path) {
        time(name, () -> {}, () -> page.navigate(base + "admin/" + path.get()));
    }

    private void list(String name, String path, Supplier<String> text) {
        page.navigate(base + "admin/" + path);
        time(
                name,
                () -> {
                    page.locator("button[id$=find]:not([class*=loading]):not([class*=disabled])")
                            .waitFor();
                    page.locator("input[id$=text]").fill(text.get());
                },
                () -> answered(() -> page.locator("button[id$=find]").click()));
    }

    private void deep(String name, String path) {
        page.navigate(base + "admin/" + path);
        time(
                name,
                () -> {},
                () -> answered(() -> page.evaluate("n => PF('rows').getPaginator().setPage(n)", random.nextInt(400))));
    }

    private void answered(Runnable does) {
        page.waitForResponse(answer -> answer.request().method().equals("POST"), does)
                .finished();
        page.waitForFunction("() => !window.PrimeFaces || PrimeFaces.ajax.Queue.isEmpty()");
    }

    private void time(String name, Runnable before, Runnable does) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < WARM + TIMES; i++) {
            before.run();
            long begin = System.nanoTime();
            does.run();
            if (i >= WARM) {
                millis.add((System.nanoTime() - begin) / 1e6);
            }
        }
        double[] sorted = millis.stream().mapToDouble(each -> each).toArray();
        Arrays.sort(sorted);
        System.out.printf(
                "| %s | %.0f | %.0f | %.0f |%n", name, sorted[TIMES / 2], sorted[TIMES * 95 / 100], sorted[TIMES - 1]);
    }
}
