package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static io.confab.delivery.Node.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.FakeSocket.Writes;
import io.confab.kernel.Caller;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.Map;
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
        assertThat(node.connections.of(ALICE).stream().filter(each -> !each.isClosing()))
                .hasSize(3)
                .doesNotContain(first);
    }
}
