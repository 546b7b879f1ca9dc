package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.BrokerProcess;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ChildProcess;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two nodes and two brokers that stand in for each other, as {@code server-config/artemis/pair.properties} makes them. The
 * nodes hardly ever look into the database for what the brokers lost, so what arrives in time came through a broker.
 */
class BrokerPairIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int FIRST = ChildProcess.freePort();
    private static final int SECOND = ChildProcess.freePort();

    private static BrokerProcess first;
    private static BrokerProcess second;
    private static ServerProcess one;
    private static ServerProcess two;

    @BeforeAll
    static void startNodesAtTheFirst() {
        first = BrokerProcess.ofPair(FIRST, SECOND);
        String database = PostgresServer.shared().freshDatabase();
        one = node("n1", database);
        two = node("n2", database);
        one.awaitReady();
        two.awaitReady();
        awaitBroker(one);
        awaitBroker(two);
        second = BrokerProcess.ofPair(SECOND, FIRST);
    }

    private static ServerProcess node(String name, String database) {
        var settings = new HashMap<String, String>(SharedServer.WIDE);
        settings.put("confab.node", name);
        settings.put("confab.db.url", database);
        settings.put("confab.heads-check.bound", "2m");
        settings.putAll(BrokerProcess.settings(FIRST, SECOND));
        return ServerProcess.start(Map.copyOf(settings));
    }

    @AfterAll
    static void stopAll() {
        one.close();
        two.close();
        first.close();
        second.close();
    }

    private static void awaitBroker(ServerProcess node) {
        await("the broker of " + node.base())
                .atMost(SOON)
                .until(() -> broker(node).equals("up"));
    }

    private static String broker(ServerProcess node) {
        for (JsonNode check :
                new ApiClient(node.base()).get("health/ready").body().path("checks")) {
            if (check.path("name").asText().equals("broker")) {
                return check.at("/data/broker").asText();
            }
        }
        throw new AssertionError("no broker check at " + node.base());
    }

    @Test
    void whenEitherBrokerDiesSendsGoOnAndTheNodesMeetAtTheOther() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("public");
        bob.join(room);
        try (var a = ChatClient.connect(alice, room);
                var b = ChatClient.connect(bob, room)) {
            expectNoPauseOver(Duration.ofSeconds(8), first, a, b, room);
            awaitBroker(one);
            awaitBroker(two);
            expectThroughTheBroker(a, b, room);
            expectThroughTheBroker(b, a, room);

            first.restart();
            expectNoPauseOver(Duration.ofSeconds(8), second, b, a, room);
            awaitBroker(one);
            awaitBroker(two);
            expectThroughTheBroker(a, b, room);
            expectThroughTheBroker(b, a, room);

            assertThat(a.seqs(room)).isSorted().doesNotHaveDuplicates();
            assertThat(b.seqs(room)).isEqualTo(a.seqs(room));
        }
    }

    /** Kills the broker while one talks and one listens; each send is answered, and what was sent is there soon. */
    private static void expectNoPauseOver(
            Duration limit, BrokerProcess dying, ChatClient talks, ChatClient listens, String room) {
        var sent = new ArrayList<Long>();
        sent.add(talks.posts(room, "before").path("seq").asLong());
        listens.expectEvent(room, sent.getLast());

        dying.kill9();
        long killed = System.nanoTime();

        for (int i = 0; i < 20; i++) { // each waits for its ok: a send that stood still would show
            long asked = System.nanoTime();
            sent.add(talks.posts(room, "meanwhile " + i).path("seq").asLong());
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));
        }
        await("all of it at the other node")
                .atMost(limit)
                .until(() -> listens.seqs(room).containsAll(sent));
        System.out.printf(
                "broker killed: all %d messages at the other node after %d ms%n",
                sent.size(), Duration.ofNanos(System.nanoTime() - killed).toMillis());
    }

    private static void expectThroughTheBroker(ChatClient talks, ChatClient listens, String room) {
        long seq = talks.posts(room, "and on").path("seq").asLong();
        await("event " + seq)
                .atMost(Duration.ofSeconds(2))
                .until(() -> listens.seqs(room).contains(seq));
    }
}
