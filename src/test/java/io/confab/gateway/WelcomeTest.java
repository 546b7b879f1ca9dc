package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.delivery.DeliverySettings;
import io.confab.delivery.Outcome;
import io.confab.identity.Standing;
import io.confab.kernel.Configuration;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.room.RoomRules;
import io.confab.wire.ServerFrames;
import io.confab.wire.WireFixtures;
import io.confab.wire.WireLimits;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WelcomeTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Outcome LIVE = new Outcome.Ok("a1", 42, 57);

    @Test
    void welcomeIsWrittenByteForByteWithTheLimitsThatAreShipped() {
        var outcomes = new LinkedHashMap<RoomId, Outcome>();
        outcomes.put(new RoomId("r_9"), LIVE);
        outcomes.put(new RoomId("r_3"), new Outcome.Gap(Outcome.Reason.TOO_FAR, "b7", 9_001));
        outcomes.put(new RoomId("r_2"), new Outcome.None());
        outcomes.put(new RoomId("r_1"), new Outcome.TooMany(200));
        var standing = new Standing(new UserId("u_1"), 7, GlobalRole.USER, false, Set.of());
        var shipped = new Configuration(key -> Optional.empty());
        var welcome = new Welcome(
                new NodeId("n1"),
                WireLimits.from(shipped),
                RoomRules.from(shipped),
                GatewaySettings.from(shipped),
                AdmissionSettings.from(shipped),
                DeliverySettings.from(shipped));

        assertThat(welcome.frame("1", new ConnectionId("c_1"), standing, NOW, outcomes, 200))
                .isEqualTo(WireFixtures.text("out.welcome"));
    }

    @Test
    void theAnswersToSubAndToACreationAreWrittenByteForByte() {
        var created = new Answer.Accepted(new RoomId("r_9"), "a1", 3, NOW, "01JC0000000000000000000000", false);

        assertThat(ServerFrames.ok("7", Welcome.status(LIVE))).isEqualTo(WireFixtures.text("out.ok.sub"));
        assertThat(ServerFrames.ok("7", Answers.json(created))).isEqualTo(WireFixtures.text("out.ok.created"));
    }
}
