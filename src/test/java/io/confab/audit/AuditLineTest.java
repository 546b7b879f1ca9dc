package io.confab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.UserId;
import org.junit.jupiter.api.Test;

class AuditLineTest {
    @Test
    void textsAreCutToWhatTheirColumnsHold() {
        var line = new AuditLine(
                new UserId("u_ann"),
                AuditAct.USER_SUSPEND,
                "u_ben",
                "b".repeat(3_000),
                "a".repeat(1_999) + "\ud83d\ude00",
                "w".repeat(1_001),
                "1".repeat(65));

        assertThat(line.before()).hasSize(2_000);
        assertThat(line.after()).isEqualTo("a".repeat(1_999)); // no half of a pair
        assertThat(line.why()).hasSize(1_000);
        assertThat(line.address()).hasSize(64);
    }
}
