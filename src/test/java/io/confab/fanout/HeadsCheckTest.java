package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.badge.BadgeMetrics;
import io.confab.badge.BadgeSettings;
import io.confab.badge.Badges;
import io.confab.delivery.FakeSocket;
import io.confab.delivery.Node;
import io.confab.identity.IdentityNode;
import io.confab.kernel.Configuration;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Unread;
import io.confab.store.StoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One round of the check on a database, without its thread. */
class HeadsCheckTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Configuration DEFAULTS = new Configuration(key -> Optional.empty());

    private final IdentityNode identity = new IdentityNode("jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1");
    private final Node delivery = new Node();
    private final Lists unread = new Lists();
    private final List<AccountSeen> seen = new ArrayList<>();
    private final HeadsCheck check = new HeadsCheck(
            delivery.sequencers,
            delivery.connections,
            delivery.reader(),
            identity.reader,
            new AccountWatch(delivery.connections, delivery.subscriptions, identity.reader, unread, seen::add),
            identity.purge,
            new Badges(unread, delivery.subscriptions, BadgeSettings.from(DEFAULTS), new BadgeMetrics()),
            BrokerSettings.from(DEFAULTS),
            StoreSettings.from(DEFAULTS));

    /** Lists of rooms, and how often they were asked for: a statement each time. */
    private static final class Lists implements Unread {
        int asked;

        @Override
        public Map<Asked, Counts> of(Collection<Asked> asked) {
            return Map.of();
        }

        @Override
        public Map<UserId, Set<RoomId>> rooms(Collection<UserId> users, int most) {
            asked++;
            return Map.of();
        }
    }

    @AfterEach
    void close() {
        delivery.close();
        identity.close();
    }

    private UserId online(String id) {
        identity.sql(
                "insert into account (id, username, display_name, password_hash, role, rev, changed_at, created_at)"
                        + " values (?, ?, 'x', 'x', 'user', 1, 0, 0)",
                id,
                id);
        var user = new UserId(id);
        delivery.connect(user, new FakeSocket());
        return user;
    }

    private void stands(UserId user, long rev) {
        identity.sql(
                "update account set rev = ?, changed_at = extract(epoch from current_timestamp) * 1000 where id = ?",
                rev,
                user.value());
    }

    /** Else heads are compared late after trouble, just when much is lost. */
    @Test
    void theRoomsOfAllWhoAreOnlineAreReadInAFewStatements() {
        for (int i = 0; i < 1_000; i++) {
            online("u_" + i);
        }

        check.check(true, SECOND);

        assertThat(unread.asked).isEqualTo(2);
        assertThat(seen).hasSize(1_000).allMatch(AccountSeen::anew);
    }

    @Test
    void betweenTwoRoundsOnlyWhoChangedIsReadAndOnce() {
        UserId alice = online("u_alice");
        online("u_bob");
        stands(alice, 40);

        check.check(false, SECOND);
        check.check(false, SECOND);

        assertThat(seen).containsExactly(new AccountSeen(alice, 40, false));
    }

    /** As after a failover to a standby that lagged: it gives out the lost numbers anew. */
    @Test
    void aCounterThatWasSetBackIsLookedAtWhenItComesToTheSameNumberAgain() {
        UserId alice = online("u_alice");
        stands(alice, 40);
        check.check(false, SECOND);
        stands(alice, 39);
        check.check(true, SECOND);
        seen.clear();

        stands(alice, 40);
        check.check(false, SECOND);

        assertThat(seen).containsExactly(new AccountSeen(alice, 40, false));
    }
}
