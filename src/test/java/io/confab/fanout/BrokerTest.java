package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.BrokerProcess;
import io.confab.it.support.ChildProcess;
import io.confab.it.support.CutProxy;
import io.confab.kernel.Configuration;
import io.confab.kernel.NodeId;
import io.confab.trace.NoTraces;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<Tie> ties = new ArrayList<>();

    @AfterEach
    void stop() {
        ties.forEach(tie -> tie.broker.stop());
    }

    /** One node's tie to the broker, and what came through it. */
    private static final class Tie implements TopicListener, Broker.BrokerWatcher {
        final BrokerHealth health = new BrokerHealth(Clock.systemUTC());
        final List<String> received = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger listening = new AtomicInteger();
        final AtomicReference<Error> fault = new AtomicReference<>();
        final AtomicReference<Runnable> beforeNext = new AtomicReference<>(() -> {});
        final Broker broker;

        Tie(String node, Map<String, String> settings, @Nullable Error firstFault) {
            fault.set(firstFault);
            var raw = new HashMap<>(settings);
            raw.putIfAbsent("confab.broker.retry", "100ms");
            Optional<String> url = Optional.ofNullable(raw.remove("confab.broker.url")); // vm:// is no setting
            BrokerSettings read = BrokerSettings.from(new Configuration(key -> Optional.ofNullable(raw.get(key))));
            var reaching = new BrokerSettings(
                    url,
                    read.user(),
                    read.password(),
                    read.memoryBytes(),
                    read.waiting(),
                    read.waitingBytes(),
                    read.retry(),
                    read.headsCheckBound());
            broker = new Broker(reaching, new NodeId(node), health, NoTraces.none(), List.of(this), List.of(this));
            broker.start();
        }

        @Override
        public List<String> addresses() {
            return Topics.rooms();
        }

        @Override
        public void received(List<String> texts) {
            beforeNext.getAndSet(() -> {}).run();
            received.addAll(texts);
        }

        @Override
        public void listeningAgain() {
            listening.incrementAndGet();
            Error thrown = fault.getAndSet(null);
            if (thrown != null) {
                throw thrown;
            }
        }

        void publish(String... texts) {
            broker.publish("confab.rooms.3", texts.length, 0, () -> List.of(texts));
        }
    }

    private Tie tie(String node, Map<String, String> settings) {
        return tie(node, settings, null);
    }

    private Tie tie(String node, Map<String, String> settings, @Nullable Error firstFault) {
        var tie = new Tie(node, settings, firstFault);
        ties.add(tie);
        return tie;
    }

    @Test
    void brokerInsideCarriesToOthersAndNotBack() {
        Tie one = tie("n1", Map.of());
        await().atMost(LONG).until(() -> one.health.state().up());
        Tie two = tie("n2", Map.of("confab.broker.url", one.broker.inVmUrl()));
        await().atMost(LONG).until(() -> two.health.state().up());

        one.publish("{\"a\":1}", "{\"a\":2}");
        two.publish("{\"b\":1}");

        await().atMost(LONG).until(() -> two.received.equals(List.of("{\"a\":1}", "{\"a\":2}")));
        await().atMost(LONG).until(() -> one.received.equals(List.of("{\"b\":1}")));
        assertThat(one.listening.get()).isEqualTo(1);
    }

    @Test
    void nodesAtDifferentBrokersOfAPairHearEachOtherAndMeetAtTheOneThatIsLeft() {
        int first = ChildProcess.freePort();
        int second = ChildProcess.freePort();
        try (var left = BrokerProcess.ofPair(first, second);
                var right = BrokerProcess.ofPair(second, first)) {
            Tie one = tie("n1", left.settings());
            Tie two = tie("n2", right.settings());
            Tie both = tie("n3", BrokerProcess.settings(first, second));
            awaitCrossing(one, two);
            awaitCrossing(two, one);
            awaitCrossing(both, one);
            awaitCrossing(both, two);

            left.kill9();

            awaitCrossing(both, two);
            awaitCrossing(two, both);
            left.restart();
            awaitCrossing(one, two);
            awaitCrossing(two, one);
            assertThat(two.received).doesNotHaveDuplicates();
        }
    }

    /** Sends until the other has it: what is sent before the brokers have found each other may be lost. */
    private static void awaitCrossing(Tie from, Tie to) {
        var texts = new AtomicInteger();
        String run = "{\"run\":" + System.nanoTime() + ",\"n\":";
        await().atMost(LONG).until(() -> {
            from.publish(run + texts.incrementAndGet() + "}");
            return to.received.stream().anyMatch(text -> text.startsWith(run));
        });
    }

    @Test
    void nodesFindEachOtherAgainAfterTheBrokerWasAway() throws Exception {
        int port = freePort();
        EmbeddedActiveMQ external = external(port, false);
        String url = "tcp://127.0.0.1:" + port;
        Tie one = tie("n1", Map.of("confab.broker.url", url));
        Tie two = tie("n2", Map.of("confab.broker.url", url));
        await().atMost(LONG)
                .until(() -> one.health.state().up() && two.health.state().up());
        one.publish("{\"a\":1}");
        await().atMost(LONG).until(() -> two.received.size() == 1);

        external.stop();
        await().atMost(LONG)
                .until(() -> !one.health.state().up() && !two.health.state().up());
        assertThat(one.health.state().reason()).isNotEmpty();
        EmbeddedActiveMQ again = external(port, false);
        await().atMost(LONG)
                .until(() -> one.health.state().up() && two.health.state().up());
        one.publish("{\"a\":2}");

        await().atMost(LONG).until(() -> two.received.contains("{\"a\":2}"));
        assertThat(two.listening.get()).isGreaterThan(1);
        again.stop();
    }

    @Test
    void aListenerThatThrowsListensAgainAfterACheckOfEverything() {
        Tie one = tie("n1", Map.of());
        await().atMost(LONG).until(() -> one.health.state().up());
        Tie two = tie("n2", Map.of("confab.broker.url", one.broker.inVmUrl()));
        await().atMost(LONG).until(() -> two.health.state().up());
        two.beforeNext.set(() -> {
            throw new IllegalStateException("a fault of the listener");
        });

        one.publish("{\"a\":1}");

        await().atMost(LONG)
                .until(() -> two.listening.get() == 2 && two.health.state().up());
        one.publish("{\"a\":2}");
        await().atMost(LONG).until(() -> two.received.equals(List.of("{\"a\":2}")));
    }

    /** What it missed is for the heads check; the others, and what this node sends, go on meanwhile. */
    @Test
    void aListenerThatHangsHoldsUpNobodyAndListensAgain() {
        Tie one = tie("n1", Map.of());
        await().atMost(LONG).until(() -> one.health.state().up());
        Tie two = tie("n2", Map.of("confab.broker.url", one.broker.inVmUrl()));
        Tie three = tie("n3", Map.of("confab.broker.url", one.broker.inVmUrl()));
        await().atMost(LONG)
                .until(() -> ties.stream().allMatch(tie -> tie.health.state().up()));
        var hangs = new CountDownLatch(1);
        two.beforeNext.set(() -> {
            try {
                hangs.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        one.publish("{\"a\":1}");
        two.publish("{\"b\":1}");
        await().atMost(LONG).until(() -> three.received.size() == 2);
        await().atMost(LONG)
                .until(() -> two.listening.get() == 2 && two.health.state().up());
        one.publish("{\"a\":2}");
        await().atMost(LONG).until(() -> two.received.contains("{\"a\":2}"));

        assertThat(three.listening.get()).isEqualTo(1);
        hangs.countDown();
    }

    /** Packets are dropped between this node and the broker: neither side is told. */
    @Test
    void aConnectionThatPassesNothingOnIsNoticedAndMadeAnew() throws Exception {
        int port = freePort();
        EmbeddedActiveMQ external = external(port, false);
        try (var network = new CutProxy(URI.create("tcp://127.0.0.1:" + port))) {
            Tie one = tie("n1", Map.of("confab.broker.url", "tcp://127.0.0.1:" + port));
            Tie two = tie(
                    "n2",
                    Map.of(
                            "confab.broker.url",
                            "tcp://127.0.0.1:" + network.base().getPort()));
            await().atMost(LONG)
                    .until(() -> one.health.state().up() && two.health.state().up());

            network.freeze();
            one.publish("{\"a\":1}");
            two.publish("{\"b\":1}");
            await().atMost(LONG).until(() -> !two.health.state().up());
            network.cut();
            network.thaw();
            network.mend();
            await().atMost(LONG).until(() -> two.health.state().up());

            one.publish("{\"a\":2}");
            await().atMost(LONG).until(() -> two.received.contains("{\"a\":2}"));
            assertThat(one.health.state().up()).isTrue();
        }
        external.stop();
    }

    @Test
    void brokerThatIsAwayAtTheStartIsWaitedFor() throws Exception {
        int port = freePort();
        Tie one = tie("n1", Map.of("confab.broker.url", "tcp://127.0.0.1:" + port));
        await().atMost(LONG).until(() -> one.health.state().reason().equals("no connection"));

        EmbeddedActiveMQ external = external(port, false);

        await().atMost(LONG).until(() -> one.health.state().up());
        external.stop();
    }

    @Test
    void wrongPasswordIsNeverSilent() throws Exception {
        int port = freePort();
        EmbeddedActiveMQ external = external(port, true);
        Map<String, String> settings = Map.of(
                "confab.broker.url",
                "tcp://127.0.0.1:" + port,
                "confab.broker.user",
                "confab",
                "confab.broker.password",
                "wrong");
        Tie one = tie("n1", settings);

        await().atMost(LONG).until(() -> one.health.state().reason().equals("the broker refused user or password"));
        external.stop();
    }

    @Test
    void errorEndsTheConnectionAndNotTheThread() {
        Tie one = tie("n1", Map.of(), new NoClassDefFoundError("Missing"));

        await().atMost(LONG)
                .until(() -> one.listening.get() == 2 && one.health.state().up());
    }

    @Test
    void whatDoesNotFitIsDroppedAndCounted() {
        Tie one = tie("n1", Map.of("confab.broker.url", "tcp://127.0.0.1:1", "confab.broker.waiting", "64"));

        for (int i = 0; i < 100; i++) {
            one.publish("{}");
        }

        assertThat(one.health.droppedCount()).isEqualTo(36);
    }

    @Test
    void urlParametersOfTheUserWin() {
        String url = BrokerConnector.withDefaults("tcp://a:1?callTimeout=7&ha=true");

        assertThat(url)
                .contains("callTimeout=7&ha=true&initialConnectAttempts=1")
                .doesNotContain("callTimeout=5000");
    }

    @Test
    void lettersKeepTheirTextsApart() {
        String big = "{\"x\":\"" + "y".repeat(100 * 1024) + "\"}";
        List<String> texts = List.of("{\"a\":\",\\n\"}", big, big, "{\"é\":1}");

        List<byte[]> bodies = Letter.pack(texts);
        var back = new ArrayList<String>();
        bodies.forEach(body -> back.addAll(Letter.unpack(body)));

        assertThat(back).isEqualTo(texts);
        assertThat(bodies).hasSize(2);
    }

    private static ConfigurationImpl brokerAt(int port) throws Exception {
        var configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false);
        configuration.setSecurityEnabled(false);
        configuration.setJMXManagementEnabled(false);
        configuration.setMaxDiskUsage(-1);
        configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port);
        return configuration;
    }

    private static EmbeddedActiveMQ external(int port, boolean secure) throws Exception {
        var server = new EmbeddedActiveMQ();
        server.setConfiguration(brokerAt(port).setSecurityEnabled(secure));
        if (secure) {
            var users = new SecurityConfiguration();
            users.addUser("confab", "right");
            users.addRole("confab", "node");
            server.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        }
        server.start();
        return server;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
