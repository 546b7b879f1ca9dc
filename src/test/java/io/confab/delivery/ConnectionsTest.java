package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static io.confab.delivery.Node.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.FakeSocket.Writes;
import io.confab.kernel.Caller;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Places of one person: three here. */
class ConnectionsTest {
    private final Node node = new Node(Map.of("confab.connections-per-user", "3"));

    @AfterEach
    void stop() {
        node.close();
    }

    private static Caller caller(UserId user, String signIn) {
        return new Caller(user, new SignInId(signIn), Instant.MAX.minusSeconds(1_000_000));
    }

    private boolean socket(FakeSocket socket, String signIn) {
        return node.connections.hasPlace(node.connections.open(socket, caller(ALICE, signIn)));
    }

    private boolean stream(FakeSocket socket, String signIn) {
        return node.connections.hasPlace(node.connections.openStream(socket, caller(ALICE, signIn)));
    }

    private static void assertGaveWay(FakeSocket stream) {
        await().untilAsserted(() -> assertThat(stream.closeCode()).isEqualTo(4504));
    }

    @Test
    void withAllPlacesTakenTheOldestStreamGivesWayToANewOne() {
        var dead = new FakeSocket();
        var second = new FakeSocket();
        assertThat(stream(dead, "s_1")).isTrue();
        assertThat(stream(second, "s_1")).isTrue();
        assertThat(stream(new FakeSocket(), "s_1")).isTrue();
        assertThat(dead.open()).isTrue();

        assertThat(stream(new FakeSocket(), "s_1")).isTrue();
        assertGaveWay(dead);
        assertThat(second.open()).isTrue();

        assertThat(socket(new FakeSocket(), "s_1")).isTrue();
        assertGaveWay(second);
    }

    @Test
    void aStreamOfTheSameSignInGivesWayBeforeAnOlderOneOfAnotherDevice() {
        var laptop = new FakeSocket();
        var phone = new FakeSocket();
        stream(laptop, "s_laptop");
        stream(phone, "s_phone");
        stream(new FakeSocket(), "s_phone");

        assertThat(stream(new FakeSocket(), "s_phone")).isTrue();

        assertGaveWay(phone);
        assertThat(laptop.open()).isTrue();
    }

    @Test
    void noSocketGivesWay() {
        for (int i = 0; i < 3; i++) {
            assertThat(socket(new FakeSocket(), "s_1")).isTrue();
        }

        assertThat(stream(new FakeSocket(), "s_1")).isFalse();
        assertThat(node.connections.of(ALICE)).hasSize(4); // whoever asked closes it
        assertThat(node.connections.hasPlace(node.connections.open(new FakeSocket(), caller(BOB, "s_2"))))
                .isTrue();
    }

    @Test
    void ofTwoWhoComeAtOnceForTheLastPlaceOneGetsIt() {
        socket(new FakeSocket(), "s_1");
        socket(new FakeSocket(), "s_1");
        Connection first = node.connections.open(new FakeSocket(), caller(ALICE, "s_1"));
        Connection second = node.connections.open(new FakeSocket(), caller(ALICE, "s_2"));

        assertThat(node.connections.hasPlace(first)).isFalse();
        assertThat(node.connections.hasPlace(second)).isTrue();
        assertThat(socket(new FakeSocket(), "s_1")).isFalse();
    }

    /** The node looks after its sockets meanwhile, or the person is suspended. */
    @Test
    void whoseSocketEndsWhileItIsTakenIsNotThere() {
        var online = new ArrayList<UserId>();
        Connections taking = telling(
                told(Connection::end, connection -> {}),
                told(connection -> online.add(ALICE), connection -> online.remove(ALICE)));

        taking.openStream(new FakeSocket(), caller(ALICE, "s_1"));

        assertThat(online).isEmpty();
        assertThat(taking.usersOnline()).isEmpty();
    }

    @Test
    void aFaultOfOneWhoIsToldOfConnectionsIsNotTheOthers() {
        var told = new ArrayList<String>();
        var faulty = told(
                connection -> {
                    throw new AssertionError("of the first");
                },
                connection -> {
                    throw new AssertionError("of the first");
                });
        Connections taking = telling(faulty, told(connection -> told.add("opened"), connection -> told.add("ended")));

        taking.closed(taking.open(new FakeSocket(), caller(ALICE, "s_1")));

        assertThat(told).containsExactly("opened", "ended");
    }

    private Connections telling(ConnectionListener... listeners) {
        return new Connections(
                node.settings,
                node.metrics,
                node.lanes,
                node.log,
                node.reads,
                List.of(listeners),
                node.clock,
                node.nanos::get);
    }

    private static ConnectionListener told(Consumer<Connection> opened, Consumer<Connection> ended) {
        return new ConnectionListener() {
            @Override
            public void opened(Connection connection) {
                opened.accept(connection);
            }

            @Override
            public void ended(Connection connection) {
                ended.accept(connection);
            }

            @Override
            public void listening(Connection connection, RoomId room) {}

            @Override
            public void silent(Connection connection, RoomId room) {}
        };
    }

    @Test
    void oneThatIsBeingClosedTakesNoPlaceThoughItDoesNotRead() {
        var deaf = new FakeSocket().writes(Writes.END_WHEN_TOLD);
        var next = new FakeSocket();
        Connection first = node.connections.openStream(deaf, caller(ALICE, "s_1"));
        first.send("{}");
        await().until(() -> !deaf.frames().isEmpty());
        stream(next, "s_1");
        stream(new FakeSocket(), "s_1");

        assertThat(stream(new FakeSocket(), "s_1")).isTrue();
        first.send("{}");

        assertThat(next.open()).isTrue();
        assertThat(node.connections.of(ALICE).stream().filter(Connection::takesPlace))
                .hasSize(3)
                .doesNotContain(first);
    }
}
