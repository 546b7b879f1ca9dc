package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.delivery.FakeSocket;
import io.confab.delivery.Node;
import io.confab.fanout.DeliveryQuestion.Question;
import io.confab.kernel.Configuration;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.trace.NoTraces;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node answers; the way there and back: {@code TwoNodesIT}. */
class DeliveryQuestionTest {
    private static final UserId ALICE = new UserId("u_alice");
    private static final UserId BOB = new UserId("u_bob");

    private final Node node = new Node();
    private final DeliveryQuestion question = new DeliveryQuestion(
            new Broker(
                    BrokerSettings.from(new Configuration(key -> Optional.empty())),
                    new NodeId("n1"),
                    new BrokerHealth(Clock.systemUTC()),
                    NoTraces.none(),
                    List.of(),
                    List.of()),
            node.sequencers,
            node.connections,
            new NodeId("n1"));

    @AfterEach
    void stop() {
        question.stop();
        node.close();
    }

    @Test
    void aNodeSaysHowItsSocketsStandAndNamesThoseOfWhomItIsAskedFor() {
        node.live(node.connect(ALICE, new FakeSocket()));
        node.live(node.connect(BOB, new FakeSocket()));
        node.connect(BOB, new FakeSocket()); // listens to nothing

        var asked = new Question(Node.ROOM, 3, List.of(BOB));
        await().until(() -> question.here(asked).path("served").asBoolean());
        JsonNode answer = question.here(asked);

        assertThat(answer.path("ep").asText()).isEqualTo("e1");
        assertThat(answer.path("seen").asLong()).isEqualTo(2);
        assertThat(answer.has("at")).isFalse();
        assertThat(answer.path("listening").toString()).isEqualTo("{\"due\":2}");
        assertThat(answer.path("sockets"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.path("user").asText()).isEqualTo("u_bob"))
                .extracting(each -> each.path("standing").asText())
                .containsExactlyInAnyOrder("due", "silent");
    }

    @Test
    void ofARoomThatIsNotFollowedANodeSaysOnlyWhoIsConnected() {
        node.connect(BOB, new FakeSocket());

        JsonNode answer = question.here(new Question(new RoomId("r_other"), 1, List.of(ALICE, BOB)));

        assertThat(answer.path("served").asBoolean()).isFalse();
        assertThat(answer.path("sockets")).hasSize(1);
        assertThat(answer.at("/sockets/0/standing").asText()).isEqualTo("silent");
    }

    @Test
    void aQuestionNamesABoundedNumberOfPeople() {
        List<UserId> many = Collections.nCopies(DeliveryQuestion.MOST_USERS + 1, BOB);

        assertThatThrownBy(() -> new Question(Node.ROOM, 1, many)).isInstanceOf(IllegalArgumentException.class);
    }
}
