package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.UserId;
import io.confab.notice.Notice;
import io.confab.report.ReportOutcome;
import io.confab.report.Reports;
import io.confab.wire.WireFixtures;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NoticeTextsTest {
    private static final Instant AT = Instant.parse("2026-01-31T12:00:00Z");

    private static Notice warning(boolean seen) {
        return new Notice(
                "d_8KQZr2Vd0gXo1nYcT5hJmA-1",
                new UserId("u_1"),
                Notice.Kind.WARNING,
                "Insults are not allowed here.",
                AT,
                seen);
    }

    @Test
    void noticesAreWrittenByteForByte() {
        var decided = new Reports.Decided("p_8KQZr2Vd0gXo1nYcT5hJmA", new UserId("u_1"), ReportOutcome.UPHELD, AT);

        assertThat(NoticeTexts.of(warning(false))).isEqualTo(WireFixtures.text("out.notice"));
        assertThat(NoticeTexts.of(warning(true))).isEqualTo(WireFixtures.text("out.notice.seen"));
        assertThat(NoticeTexts.of(decided)).isEqualTo(WireFixtures.text("out.notice.report"));
    }
}
