package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.NodeProgram;
import io.confab.it.support.SharedServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The suite that holds any server to docs/protocol/v1.md passes on this one, and catches one that lies. */
class ConformanceIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Map<String, String> STAFF = Map.of(
            "CONFAB_ADMIN_PASSWORD", SharedServer.WIDE.get("confab.admin.password"), "CONFAB_PATIENCE_MS", "15000");

    @Test
    void theServerKeepsEveryRuleOfThePage() {
        var report = NodeProgram.run(
                LIMIT, STAFF, "conformance/run.sh", SharedServer.base().toString());

        assertThat(report.code()).as(report.said()).isZero();
        assertThat(report.said())
                .contains("ok  2.6 A session, byte for byte", "ok  4.2 Resume", " 0 failed")
                .doesNotContain("FAIL");
    }

    @Test
    void aServerThatLiesIsCaught() {
        var lies = NodeProgram.run(
                LIMIT, STAFF, "conformance/run.sh", SharedServer.base().toString(), "--lies");

        assertThat(lies.code()).as(lies.said()).isZero();
        assertThat(lies.said()).contains("14 lies, 14 caught");
    }
}
