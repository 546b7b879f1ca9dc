package io.confab.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RealLog;
import io.confab.search.Candidates.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * How PostgreSQL finds what is asked, with plans that it made for other values or while the table was small: never by reading
 * the whole of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresSearchPlanTest {
    private static final int MANY = 100_000;
    private static final int ROUNDS = 7;
    private static final Place NEWEST = new Place(Long.MAX_VALUE, Place.FIRST_ROOM, 0);
    private static final @Nullable UserId ANYBODY = null;
    private static final @Nullable RoomId ANYWHERE = null;

    private RealLog log;

    private record Asked(
            String words,
            @Nullable UserId by,
            @Nullable RoomId room,
            @Nullable Instant from) {
        Wanted wanted() {
            return new Wanted(Terms.of(words).lexemes(), by, room, from, Set.of(new RoomId("r_opened")));
        }
    }

    private static final List<Asked> ALL = List.of(
            new Asked("seldom", ANYBODY, ANYWHERE, null),
            new Asked("always", ANYBODY, ANYWHERE, null),
            new Asked("alwa*", ANYBODY, ANYWHERE, Instant.ofEpochMilli(5)),
            new Asked("always seldom", ANYBODY, ANYWHERE, Instant.ofEpochMilli(5)),
            new Asked("seldom", new UserId("u_7"), ANYWHERE, null),
            new Asked("", new UserId("u_7"), ANYWHERE, null),
            new Asked("seldom", ANYBODY, new RoomId("r_3"), null),
            new Asked("", ANYBODY, new RoomId("r_3"), Instant.ofEpochMilli(5)),
            new Asked("always", new UserId("u_7"), new RoomId("r_3"), null));

    @BeforeAll
    void fill() {
        log = RealLog.open(PostgresServer.shared().freshDatabase());
        askAll(); // planned for an empty table
        log.update("insert into message_text (room_id, ts, seq, by_id, is_public, words)"
                + " select 'r_' || n % 10, n, n, 'u_' || n % 1000, n % 10 <> 9, array_to_tsvector(array['always',"
                + " case when n % 20000 = 3 then 'seldom' else 'w' || n end, '@u_' || n % 1000, '#r_' || n % 10,"
                + " case when n % 10 <> 9 then '!public' else '#r_9' end]) from generate_series(1, " + MANY + ") n");
    }

    @AfterAll
    void close() {
        log.close();
    }

    /** Often enough for PostgreSQL to keep one plan of each. */
    private void askAll() {
        var candidates = new PostgresCandidates(log.database());
        for (int i = 0; i < ROUNDS; i++) {
            for (Asked asked : ALL) {
                candidates.below(NEWEST, asked.wanted(), 26);
            }
        }
    }

    @Test
    void everyQuestionIsAnsweredThroughAnIndexHoweverItIsPlanned() {
        for (Asked asked : ALL) {
            for (String mode : List.of("force_custom_plan", "force_generic_plan")) {
                String newest = plan(
                        PostgresQuestions.amongNewest(NEWEST, asked.wanted(), PostgresCandidates.NEWEST, 26),
                        mode,
                        true);
                String byWords = plan(PostgresQuestions.byWords(NEWEST, asked.wanted(), 0, 3, 26), mode, false);

                assertThat(newest)
                        .as("%s", asked)
                        .doesNotContain("Seq Scan")
                        .contains("Scan Backward using message_text");
                assertThat(byWords)
                        .as("%s", asked)
                        .doesNotContain("Seq Scan")
                        .contains("Bitmap Index Scan on message_text_words")
                        .doesNotContain("message_text_ts", "message_text_by", "message_text_pkey");
            }
        }
    }

    /** As the pool of readers has it; nothing has told PostgreSQL yet how much there is. */
    private String plan(Candidates.Sql sql, String mode, boolean inOrder) {
        return log.database().transactions().read((em, jdbc) -> {
            try (var statement = jdbc.createStatement()) {
                statement.execute("set local plan_cache_mode = " + mode);
            }
            if (inOrder) {
                PostgresQuestions.keepTheOrder(jdbc);
            }
            return String.join("\n", sql.run(jdbc, "explain ", row -> row.getString(1)));
        });
    }

    @Test
    void aQuestionPlannedWhileTheTableWasEmptyReadsNoMoreThanItMayNow() {
        long before = read();

        askAll();
        log.close(); // PostgreSQL counts a connection's reads at its end
        log = RealLog.open(log.url());

        assertThat(read() - before)
                .as("rows read")
                .isLessThan((long) ROUNDS * ALL.size() * (PostgresCandidates.NEWEST + 15_000));
    }

    @Test
    void ofWordsThatAreOftenButSeldomTogetherOnlyAFewMoreThanAPageAreRead() {
        String url = PostgresServer.shared().freshDatabase();
        try (var other = RealLog.open(url)) {
            other.update("insert into message_text (room_id, ts, seq, by_id, is_public, words) select 'r_x', n * "
                    + ((1L << PostgresQuestions.PERIOD) / 10_000) + ", n, 'u_x', true, array_to_tsvector(array['@u_x',"
                    + " '#r_x', '!public', 'w' || n, case when n % 4 = 0 then 'left' else 'neither' end,"
                    + " case when n % 100 < 3 then 'right' else 'nor' end]) from generate_series(1, " + MANY + ") n");
            var together = new Asked("left right", ANYBODY, ANYWHERE, null).wanted();
            var limits = new PostgresCandidates.Limits(500, Duration.ofMinutes(1), Duration.ofMinutes(1));
            var candidates = new PostgresCandidates(other.database(), limits);

            for (int i = 0; i < ROUNDS; i++) {
                assertThat(candidates.below(NEWEST, together, 26).places()).hasSize(26);
            }
        }
        try (var other = RealLog.open(url)) {
            assertThat(read(other)).as("rows read").isLessThan(ROUNDS * (500 + 150L));
        }
    }

    private long read() {
        return read(log);
    }

    private static long read(RealLog from) {
        return from.number(
                "select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'message_text'");
    }
}
