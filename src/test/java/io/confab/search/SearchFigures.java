package io.confab.search;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.Ids;
import io.confab.kernel.Load;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RealLog;
import io.confab.search.MessageSearch.Query;
import io.confab.work.Leases;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Figures of docs/performance.md: how fast messages are found on PostgreSQL, and how fast the index is filled. One room of a
 * tenth of the messages, 10,000 rooms of the rest, eight words each, few of them often and many seldom; ids scattered as real ones are.
 * On a quiet machine, with so many messages and filled by the node itself ({@code node}) or by one statement ({@code sql}):
 *
 * <pre>{@code
 * mvn -q -o -Pquick test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.confab.search.SearchFigures -Dexec.args="1000000 node"
 * }</pre>
 */
public final class SearchFigures {
    private static final int QUESTIONS = 200;
    private static final int ROOMS = 10_000;
    private static final int PEOPLE = 100_000;
    private static final long SPAN = Duration.ofDays(90).toMillis();
    private static final Set<RoomId> NONE = Set.of();

    private final Random random = new Random(1);
    private final RealLog log;
    private final MessageSearch search;
    private final long end = System.currentTimeMillis();

    private SearchFigures(RealLog log) {
        this.log = log;
        this.search = new MessageSearch(log.database());
    }

    public static void main(String... arguments) throws SQLException {
        long messages = Long.parseLong(arguments[0]);
        String url = PostgresServer.shared().freshDatabase();
        try (var log = RealLog.open(url)) {
            var figures = new SearchFigures(log);
            long begin = System.nanoTime();
            figures.fill(url, messages);
            System.out.printf("%,d messages stored in %.0f s%n", messages, seconds(begin));
            begin = System.nanoTime();
            if (arguments[1].equals("node")) {
                figures.follow();
            } else {
                indexAtOnce(url);
            }
            double spent = seconds(begin);
            long rows = log.number("select count(*) from message_text");
            System.out.printf("%,d in the index after %.0f s, %.0f a second%n", rows, spent, rows / spent);
            System.out.printf(
                    "log %,d MB, index %,d MB%n",
                    log.number("select pg_total_relation_size('room_event') / 1000000"),
                    log.number("select pg_total_relation_size('message_text') / 1000000"));
            figures.ask();
        }
        System.exit(0); // the shared PostgreSQL ends with the JVM
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private void fill(String url, long messages) throws SQLException {
        long inHall = messages / 10;
        long each = (messages - inHall) / ROOMS;
        run(
                url,
                "set synchronous_commit = off",
                "create function w() returns text volatile language sql as"
                        + " $$ select left(md5((20000 * power(random(), 3))::int::text), 7) $$",
                "create table g as select r, 'r_' || left(md5('r' || r), 22) as id, case r when 0 then " + inHall
                        + " else " + each + " end as k, case when r % 10 = 9 then 'private' else 'public' end as kind"
                        + " from generate_series(0, " + ROOMS + ") r",
                "insert into room (id, epoch, head, kind, name, topic, mode, slow_ms, archived, members, last_ts, created_at)"
                        + " select id, 'load', k, kind, 'Room ' || r, '', 'open', 0, false, 50, " + end + ", 0 from g",
                "drop index room_event_cid",
                "drop index room_event_target",
                "insert into room_event (room_id, seq, type, by_id, ts, body, detail) select id, i, 'msg.new',"
                        + " 'u_' || left(md5('u' || (r * 7919 + (i * 7 + i / 13) % 50 * 997) % " + PEOPLE + "), 22), "
                        + (end - SPAN) + " + " + SPAN + " * i / k, jsonb_build_object('type', 'text', 'text',"
                        + " concat_ws(' ', w(), w(), w(), w(), w(), w(), w(), w())), '{\"mentions\":[]}'::jsonb"
                        + " from g, generate_series(1, k) i",
                "create unique index room_event_cid on room_event (by_id, cid)",
                "create index room_event_target on room_event (room_id, target_seq) where target_seq is not null",
                "vacuum (analyze) room_event");
    }

    private static void run(String url, String... statements) throws SQLException {
        try (var jdbc = DriverManager.getConnection(url);
                var statement = jdbc.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Without the pauses that leave the database to sends. */
    private void follow() {
        var metrics = new SearchMetrics();
        var leases = new Leases(log.database(), new NodeId("n1"), new Ids());
        var index = new MessageIndex(log.database(), log.reader(), metrics, java.time.Clock.systemUTC());
        var node = new IndexFollower(index, new SearchSettings(Duration.ofSeconds(1)), metrics, leases, new NoLoad());
        long before;
        do {
            before = metrics.indexedCount();
            node.round();
        } while (metrics.indexedCount() > before);
    }

    private static void indexAtOnce(String url) throws SQLException {
        run(
                url,
                "drop index message_text_words",
                "insert into message_text (room_id, ts, seq, by_id, is_public, words) select e.room_id, e.ts, e.seq,"
                        + " e.by_id, g.kind = 'public', array_to_tsvector(string_to_array(e.body ->> 'text', ' ')"
                        + " || array['@' || e.by_id, '#' || e.room_id]"
                        + " || case when g.kind = 'public' then array['!public'] else array[]::text[] end)"
                        + " from room_event e join g on g.id = e.room_id",
                "set maintenance_work_mem = '1GB'",
                "create index message_text_words on message_text using gin ((" + PostgresQuestions.INDEXED
                        + ")) with (gin_pending_list_limit = 64)",
                "vacuum (analyze) message_text");
    }

    private String word(int from, int to) {
        return md5(String.valueOf(from + random.nextInt(to - from))).substring(0, 7);
    }

    public static String md5(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private RoomId room(int number) {
        return new RoomId("r_" + md5("r" + number).substring(0, 22));
    }

    private UserId person() {
        int room = 1 + random.nextInt(ROOMS);
        return new UserId("u_"
                + md5("u" + (room * 7919L + random.nextInt(50) * 997L) % PEOPLE).substring(0, 22));
    }

    private static Query query(String words, @Nullable UserId by, @Nullable RoomId room) {
        return new Query(words, by, room, null, null);
    }

    private void ask() {
        var kinds = new LinkedHashMap<String, Supplier<Query>>();
        kinds.put("an often word", () -> query(word(0, 20), null, null));
        kinds.put("a seldom word", () -> query(word(5_000, 20_000), null, null));
        kinds.put("an often and a seldom word", () -> query(word(0, 20) + " " + word(5_000, 20_000), null, null));
        kinds.put("two often words", () -> query(word(0, 20) + " " + word(0, 20), null, null));
        kinds.put("the beginning of words", () -> query(word(0, 20_000).substring(0, 4) + "*", null, null));
        kinds.put("a word of a person", () -> query(word(0, 2_000), person(), null));
        kinds.put("a person", () -> query("", person(), null));
        kinds.put("a word in a room", () -> query(word(0, 2_000), null, room(1 + 10 * random.nextInt(900))));
        kinds.put("a seldom word in the largest room", () -> query(word(5_000, 20_000), null, room(0)));
        kinds.put("a word on one day", () -> {
            Instant day = Instant.ofEpochMilli(end - (long) (random.nextDouble() * SPAN));
            return new Query(word(0, 2_000), null, null, day.minus(Duration.ofDays(1)), day);
        });
        kinds.put("a word that is nowhere", () -> query("nowhere" + random.nextInt(), null, null));
        System.out.println("| looked for | p50 ms | p95 ms | most ms | hits |");
        System.out.println("|---|--:|--:|--:|--:|");
        for (Map.Entry<String, Supplier<Query>> kind : kinds.entrySet()) {
            measure(kind.getKey(), kind.getValue());
        }
    }

    private void measure(String kind, Supplier<Query> questions) {
        var millis = new double[QUESTIONS];
        int hits = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            Query query = questions.get();
            long begin = System.nanoTime();
            hits += search.page(query, NONE, null, 25).orElseThrow().hits().size();
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                "| %s | %.1f | %.1f | %.1f | %.1f |%n",
                kind,
                millis[QUESTIONS / 2],
                millis[QUESTIONS * 95 / 100],
                millis[QUESTIONS - 1],
                (double) hits / QUESTIONS);
    }

    private static final class NoLoad implements Load {
        @Override
        public boolean givesUp(Kind kind) {
            return false;
        }

        @Override
        public boolean sheds(Kind kind) {
            return false;
        }

        @Override
        public Duration retryAfter() {
            return Duration.ZERO;
        }
    }
}
