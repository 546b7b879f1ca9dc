package io.confab.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.kernel.Daemon;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import io.confab.ops.Drain;
import io.confab.wire.CloseCode;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Carries out orders at this node. What takes long is done by a thread of its own, one at a time. */
@Singleton
public class OrderWork {
    /** An outcome has a bound; a person has far fewer places for sockets. */
    private static final int MOST_LISTED = 50;

    private static final Duration COME_BACK_WITHIN = Duration.ofSeconds(1);

    private final Connections connections;
    private final Drain drain;
    private final LogLevels logLevels;
    private final SelfTest selfTest;
    private final AtomicBoolean testing = new AtomicBoolean();

    @Inject
    public OrderWork(Connections connections, Drain drain, LogLevels logLevels, SelfTest selfTest) {
        this.connections = connections;
        this.drain = drain;
        this.logLevels = logLevels;
        this.selfTest = selfTest;
    }

    /** Is told what came of an order, once, on whatever thread. */
    @FunctionalInterface
    interface Outcome {
        void told(boolean good, String text);
    }

    /** Returns soon. */
    void carryOut(Order order, Outcome outcome) {
        switch (order) {
            case Order.Drain ignored -> {
                drain.begin();
                outcome.told(
                        true,
                        drain.over()
                                ? "drained already"
                                : drain.socketsLeft() + " sockets to send elsewhere, within "
                                        + drain.within().toSeconds() + " s");
            }
            case Order.Undrain ignored -> {
                boolean did = drain.callOff();
                outcome.told(
                        did,
                        did
                                ? "ready again; " + drain.socketsLeft() + " sockets are here"
                                : drain.begun() ? "the process is about to end" : "it was not draining");
            }
            case Order.CloseSockets close -> outcome.told(true, close(close) + " sockets closed");
            case Order.ListSockets list -> outcome.told(true, Json.write(list(list.user())));
            case Order.LogLevel set -> {
                Instant until = logLevels.set(set.logger(), set.level(), set.time());
                outcome.told(true, set.logger() + " is " + set.level().word() + " until " + until);
            }
            case Order.SelfTest ignored -> test(outcome);
        }
    }

    /** The client is asked to come back, to whichever node; who is to stay away is suspended, or signed out. */
    private int close(Order.CloseSockets close) {
        List<Connection> those = connections.of(close.user()).stream()
                .filter(connection -> close.socket() == null || connection.id().equals(close.socket()))
                .toList();
        String farewell = ServerFrames.reconnect(Duration.ZERO, COME_BACK_WITHIN);
        those.forEach(connection -> {
            connection.send(farewell);
            connection.close(CloseCode.DRAINING);
        });
        return those.size();
    }

    private ArrayNode list(UserId user) {
        ArrayNode all = Json.array();
        connections.of(user).stream()
                .limit(MOST_LISTED)
                .forEach(connection -> all.addObject()
                        .put("socket", connection.id().value())
                        .put("sign_in", connection.caller().signIn().value())
                        .put("kind", connections.isStream(connection) ? "stream" : "socket")
                        .put("open_s", connection.age().toSeconds()));
        return all;
    }

    private void test(Outcome outcome) {
        if (!testing.compareAndSet(false, true)) {
            outcome.told(false, "another self-test is under way");
            return;
        }
        Daemon.named("confab-self-test")
                .newThread(() -> {
                    try {
                        SelfTest.Result result = selfTest.run();
                        outcome.told(result.good(), result.steps());
                    } finally {
                        testing.set(false);
                    }
                })
                .start();
    }
}
