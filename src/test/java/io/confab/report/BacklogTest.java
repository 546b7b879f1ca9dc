package io.confab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import io.confab.log.RealLog;
import io.confab.report.Backlog.Ages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How long reports have waited, on both databases. */
class BacklogTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    static Stream<String> databases() {
        return Stream.of(RealLog.freshH2(), PostgresServer.shared().freshDatabase());
    }

    private static void report(RealLog log, String id, String state, Duration ago) {
        long at = NOW.minus(ago).toEpochMilli();
        log.update(
                "insert into mod_case (id, target, author_id, state, round, version, reports, score, opened_at,"
                        + " sort_key, changed_at) values (?, ?, 'u_1', ?, 1, 0, 1, 10, ?, ?, 0)",
                id,
                id,
                state,
                at,
                at);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void whatWaitsIsCountedByHowLongItHas(String url) {
        try (RealLog log = RealLog.open(url)) {
            var backlog = new Backlog(log.database(), Clock.fixed(NOW, ZoneOffset.UTC));
            assertThat(backlog.ages(CaseRow.State.OPEN)).isEqualTo(new Ages(0, 0, 0, null));

            report(log, "k_1", "open", Duration.ofMinutes(5));
            report(log, "k_2", "open", Duration.ofHours(4));
            report(log, "k_3", "open", Duration.ofHours(23));
            report(log, "k_4", "open", Duration.ofDays(1));
            report(log, "k_5", "escalated", Duration.ofDays(9));
            report(log, "k_6", "closed", Duration.ofDays(9));

            Ages open = backlog.ages(CaseRow.State.OPEN);
            assertThat(open).isEqualTo(new Ages(4, 1, 1, NOW.minus(Duration.ofDays(1))));
            assertThat(open.waiting()).isEqualTo(2);
            assertThat(backlog.ages(CaseRow.State.ESCALATED).all()).isEqualTo(1);
        }
    }
}
