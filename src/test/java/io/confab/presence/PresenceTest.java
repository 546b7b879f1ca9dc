package io.confab.presence;

import static io.confab.presence.PresenceStatus.AWAY;
import static io.confab.presence.PresenceStatus.OFFLINE;
import static io.confab.presence.PresenceStatus.ONLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final UserId ALICE = new UserId("u_alice");
    private static final UserId BOB = new UserId("u_bob");
    private static final ConnectionId PHONE = new ConnectionId("c_phone");
    private static final ConnectionId LAPTOP = new ConnectionId("c_laptop");
    private static final ConnectionId TABLET = new ConnectionId("c_tablet");

    private final AtomicLong nanos = new AtomicLong();
    private final Presence presence = presence(Map.of());

    private Presence presence(Map<String, String> settings) {
        var configuration = new Configuration(key -> Optional.ofNullable(settings.get(key)));
        return new Presence(PresenceSettings.from(configuration), nanos::get);
    }

    @Test
    void whoConnectsIsOnlineAndToldOnce() {
        presence.connected(ALICE, PHONE);

        assertThat(presence.status(ALICE)).isEqualTo(ONLINE);
        assertThat(round()).isEqualTo(Map.of(ALICE, ONLINE));
        assertThat(round()).isEmpty();
    }

    @Test
    void personOfThreeDevicesIsOnlineUntilTheLastIsGone() {
        presence.connected(ALICE, PHONE);
        presence.connected(ALICE, LAPTOP);
        presence.connected(ALICE, TABLET);
        round();

        presence.disconnected(ALICE, PHONE);
        presence.disconnected(ALICE, TABLET);
        pass(60);
        assertThat(round()).isEmpty();
        assertThat(presence.status(ALICE)).isEqualTo(ONLINE);
        presence.disconnected(ALICE, LAPTOP);
        pass(60);

        assertThat(round()).isEqualTo(Map.of(ALICE, OFFLINE));
    }

    @Test
    void flappingPhoneCostsNothing() {
        presence.connected(ALICE, PHONE);
        round();

        for (int i = 0; i < 10; i++) {
            presence.disconnected(ALICE, PHONE);
            pass(2);
            assertThat(round()).isEmpty();
            presence.connected(ALICE, PHONE);
            assertThat(round()).isEmpty();
        }

        assertThat(presence.status(ALICE)).isEqualTo(ONLINE);
    }

    @Test
    void offlineIsToldAfterTheGrace() {
        presence.connected(ALICE, PHONE);
        round();
        presence.disconnected(ALICE, PHONE);

        pass(4);
        assertThat(round()).isEmpty();
        pass(1);

        assertThat(round()).isEqualTo(Map.of(ALICE, OFFLINE));
    }

    @Test
    void personIsAwayOnlyWhenAllDevicesAre() {
        presence.connected(ALICE, PHONE);
        presence.connected(ALICE, LAPTOP);
        round();

        presence.says(ALICE, PHONE, AWAY);
        assertThat(round()).isEmpty();
        presence.says(ALICE, LAPTOP, AWAY);

        assertThat(round()).isEqualTo(Map.of(ALICE, AWAY));
    }

    @Test
    void whatAConnectionSaysThatHasEndedIsNothing() {
        presence.says(ALICE, PHONE, ONLINE);
        presence.disconnected(ALICE, PHONE);

        assertThat(round()).isEmpty();
        assertThat(presence.everybody()).isEmpty();
    }

    @Test
    void personOnTwoNodesStaysOnlineWhenOneNodeDies() {
        presence.connected(BOB, PHONE);
        presence.heard("n2", 1, Map.of(ALICE, ONLINE, BOB, ONLINE));
        assertThat(round()).isEqualTo(Map.of(ALICE, ONLINE, BOB, ONLINE));

        pass(31);

        assertThat(round()).isEqualTo(Map.of(ALICE, OFFLINE));
        assertThat(presence.status(BOB)).isEqualTo(ONLINE);
        assertThat(presence.online(List.of(ALICE, BOB))).isEqualTo(Map.of(BOB, ONLINE));
    }

    @Test
    void nodeThatIsHeardKeepsItsPeople() {
        presence.heard("n2", 1, Map.of(ALICE, ONLINE));
        round();

        pass(20);
        presence.heard("n2", 2, Map.of(ALICE, ONLINE));
        pass(20);

        assertThat(round()).isEmpty();
        assertThat(presence.status(ALICE)).isEqualTo(ONLINE);
    }

    @Test
    void whomAFullStateDoesNotNameTwiceIsGone() {
        presence.heard("n2", 1, Map.of(ALICE, ONLINE, BOB, ONLINE));
        presence.heardAll("n2", 1);
        presence.heard("n2", 2, Map.of(BOB, ONLINE));
        presence.heardAll("n2", 2);
        assertThat(presence.status(ALICE)).isEqualTo(ONLINE); // one part may have been lost

        presence.heard("n2", 3, Map.of(BOB, ONLINE));
        presence.heardAll("n2", 3);

        assertThat(presence.status(ALICE)).isEqualTo(OFFLINE);
        assertThat(presence.status(BOB)).isEqualTo(ONLINE);
    }

    @Test
    void nodeThatWasKilledAndIsBackUnderItsNameHasNoneOfItsFormerPeople() {
        presence.heard("n2", 7, Map.of(ALICE, ONLINE, BOB, ONLINE));
        presence.heardAll("n2", 7);
        round();

        presence.heard("n2", 1, Map.of(BOB, ONLINE));

        assertThat(round()).isEqualTo(Map.of(ALICE, OFFLINE));
        assertThat(presence.status(BOB)).isEqualTo(ONLINE);
    }

    @Test
    void nodeThatSaysGoodbyeTakesItsPeople() {
        presence.heard("n2", 1, Map.of(ALICE, ONLINE));
        round();

        presence.gone("n2");

        assertThat(round()).isEqualTo(Map.of(ALICE, OFFLINE));
    }

    @Test
    void otherNodesAreToldOnlyOfPeopleHere() {
        presence.connected(BOB, PHONE);
        presence.heard("n2", 1, Map.of(ALICE, ONLINE));

        assertThat(presence.changesHere()).isEqualTo(Map.of(BOB, ONLINE));
        assertThat(presence.stateHere()).isEqualTo(Map.of(BOB, ONLINE));
    }

    @Test
    void whoComesBetweenTellingTheNodesAndTellingTheRoomsIsToldToBoth() {
        presence.changesHere();
        presence.connected(ALICE, PHONE);

        assertThat(presence.changes()).isEqualTo(Map.of(ALICE, ONLINE));
        assertThat(presence.changesHere()).isEqualTo(Map.of(ALICE, ONLINE));
        assertThat(presence.stateHere()).isEqualTo(Map.of(ALICE, ONLINE));
    }

    @Test
    void peopleOfAnotherNodeAreBounded() {
        Presence small = presence(Map.of("confab.presence.people", "100"));

        for (int i = 0; i < 200; i++) {
            small.heard("n2", 1, Map.of(new UserId("u_" + i), ONLINE));
        }

        assertThat(small.everybody()).hasSize(100);
    }

    private Map<UserId, PresenceStatus> round() {
        presence.expire();
        presence.changesHere();
        return presence.changes();
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
