package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.Connection;
import io.confab.delivery.FakeSocket;
import io.confab.delivery.Node;
import io.confab.identity.IdentityNode;
import io.confab.kernel.Configuration;
import io.confab.kernel.Ids;
import io.confab.kernel.Load;
import io.confab.kernel.UserId;
import io.confab.presence.Presence;
import io.confab.presence.PresenceSettings;
import io.confab.store.StoreFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoomPresenceTest {
    private static final UserId ALICE = new UserId("u_alice");
    private static final UserId BOB = new UserId("u_bob");
    private static final UserId CAROL = new UserId("u_carol");

    private final IdentityNode store = new IdentityNode("jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1");
    private final Node delivery = new Node();
    private final PresenceSettings settings = PresenceSettings.from(new Configuration(key -> Optional.empty()));
    private final Presence presence = new Presence(settings);
    private final RoomPresence rooms = new RoomPresence(
            presence, delivery.subscriptions, delivery.sequencers, store.database, settings, new NoLoad());
    private final FakeSocket socket = new FakeSocket();

    private static final class NoLoad implements Load {
        @Override
        public boolean givesUp(Kind kind) {
            return false;
        }

        @Override
        public boolean sheds(Kind kind) {
            return false;
        }

        @Override
        public Duration retryAfter() {
            return Duration.ofSeconds(1);
        }
    }

    @BeforeEach
    void aliceListensToARoomWithBobAndCarol() {
        for (UserId user : List.of(ALICE, BOB, CAROL)) {
            store.sql(
                    "insert into room_member (room_id, user_id, role) values (?, ?, 'member')",
                    Node.ROOM.value(),
                    user.value());
        }
        Connection alices = delivery.connect(ALICE, socket);
        delivery.live(alices);
        rooms.listening(alices, Node.ROOM);
    }

    @AfterEach
    void close() {
        delivery.close();
        store.close();
    }

    private List<String> told() {
        return socket.objects().stream()
                .filter(frame -> frame.path("t").asText().equals("presence"))
                .map(frame -> frame.path("d").toString())
                .toList();
    }

    @Test
    void whoBeginsToListenWhileTheRoomCannotBeReadIsToldLater() {
        presence.connected(BOB, new Ids().connection());
        store.sql("alter table room_member rename to hidden");
        assertThatThrownBy(() -> rooms.tell(Map.of())).isInstanceOf(StoreFailure.class);
        assertThat(told()).isEmpty();
        store.sql("alter table hidden rename to room_member");

        rooms.tell(Map.of());

        await().until(() -> !told().isEmpty());
        assertThat(told()).containsExactly("{\"users\":[{\"user\":\"u_bob\",\"status\":\"online\"}],\"online\":1}");
    }

    @Test
    void whoComesToARoomThatCannotBeReadWhenItsTurnComesIsToldOfLater() {
        var pausing = new RoomPresence(
                presence,
                delivery.subscriptions,
                delivery.sequencers,
                store.database,
                PresenceSettings.from(new Configuration(key -> Optional.ofNullable(Map.of(
                                "confab.presence.small-room", "1",
                                "confab.presence.middle-interval", "1s")
                        .get(key)))),
                new NoLoad());
        presence.connected(ALICE, new Ids().connection());
        presence.connected(BOB, new Ids().connection());
        pausing.tell(presence.changes());
        await().until(() -> told().size() == 1);
        presence.connected(CAROL, new Ids().connection());
        pausing.tell(presence.changes()); // waits for the room's turn
        store.sql("alter table room_member rename to hidden");
        await().untilAsserted(
                        () -> assertThatThrownBy(() -> pausing.tell(Map.of())).isInstanceOf(StoreFailure.class));
        store.sql("alter table hidden rename to room_member");
        assertThat(told()).hasSize(1);

        pausing.tell(Map.of());

        await().until(() -> told().size() == 2);
        assertThat(told()).last().asString().contains("u_carol");
    }
}
