package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.delivery.FakeSocket;
import io.confab.delivery.Node;
import io.confab.identity.IdentityNode;
import io.confab.kernel.Ids;
import io.confab.kernel.UserId;
import io.confab.notice.Notices;
import io.confab.report.CaseRow;
import io.confab.report.CasesChanged;
import io.confab.report.ReportOutcome;
import io.confab.report.Reports;
import io.confab.report.Target;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class NoticePushTest {
    private static final UserId ANN = new UserId("u_ann");
    private static final UserId BEN = new UserId("u_ben");

    private static CaseRow closed(String id) {
        var state = CaseRow.State.CLOSED;
        return new CaseRow(
                id, new Target.Person(ANN), ANN, state, 1, 2, 1, 10, Instant.EPOCH, Instant.EPOCH, null, null);
    }

    private static List<Reports.Decided> outcomes(CaseRow about) {
        if (about.id().equals("k_bad")) {
            throw new IllegalArgumentException("a word that nobody knows");
        }
        return List.of(new Reports.Decided("p_1", BEN, ReportOutcome.UPHELD, Instant.EPOCH));
    }

    @Test
    void aCaseOfWhichNothingCanBeToldKeepsNobodyElseFromBeingTold() {
        try (var node = new Node();
                var identity = new IdentityNode("jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1")) {
            var socket = new FakeSocket();
            node.connect(BEN, socket);
            var notices = new Notices(identity.database, Clock.systemUTC());
            var push = new NoticePush(node.connections, notices, NoticePushTest::outcomes, Clock.systemUTC());

            push.decided(new CasesChanged(List.of(closed("k_bad"), closed("k_good"))));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(socket.frames())
                            .singleElement()
                            .asString()
                            .contains("upheld"));
            push.stop();
        }
    }
}
