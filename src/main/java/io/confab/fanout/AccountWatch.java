package io.confab.fanout;

import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.delivery.Subscriptions;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.log.Unread;
import io.confab.wire.CloseCode;
import io.confab.wire.ServerFrames;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Ends what a person may no longer have on this node: sockets of a suspended account (4503) or an ended sign-in (4508), and
 * subscriptions to rooms the person is no longer in. Who changed is only noted; {@link HeadsCheck}'s thread looks.
 */
@Singleton
public class AccountWatch {
    private static final int PAGE = 500;
    private static final int ANY_NUMBER = 100_000; // rooms that nobody has

    private final Connections connections;
    private final Subscriptions subscriptions;
    private final AccountReader accounts;
    private final Unread unread;
    private final Consumer<AccountSeen> seen;
    private final Set<UserId> noted = ConcurrentHashMap.newKeySet();

    @Inject
    public AccountWatch(
            Connections connections,
            Subscriptions subscriptions,
            AccountReader accounts,
            Unread unread,
            Event<AccountSeen> seen) {
        this(connections, subscriptions, accounts, unread, seen::fire);
    }

    AccountWatch(
            Connections connections,
            Subscriptions subscriptions,
            AccountReader accounts,
            Unread unread,
            Consumer<AccountSeen> seen) {
        this.connections = connections;
        this.subscriptions = subscriptions;
        this.accounts = accounts;
        this.unread = unread;
        this.seen = seen;
    }

    /** Looked at soon, when the person is here at all. Never blocks. */
    void changed(UserId user) {
        if (connections.countOf(user) > 0) {
            noted.add(user);
        }
    }

    void suspended(UserId user) {
        connections.closeUser(user, CloseCode.SUSPENDED);
    }

    void ended(UserId user, SignInId signIn) {
        for (Connection connection : connections.of(user)) {
            if (connection.caller().signIn().equals(signIn)) {
                connection.send(ServerFrames.sessionEnded());
                connection.close(CloseCode.REVOKED);
            }
        }
    }

    /** Looks at those noted since the last time; blocks for reads. What cannot be read stays noted. */
    void lookAtNoted() {
        var users = new HashSet<>(noted);
        if (!users.isEmpty()) {
            noted.removeAll(users);
            try {
                lookAt(users);
            } catch (RuntimeException e) {
                noted.addAll(users);
                throw e;
            }
        }
    }

    /** Reads how these stand and ends what has to end. */
    void lookAt(Collection<UserId> users) {
        lookAt(users, false);
    }

    /** The same for all who are here: the database may be another one, and behind what was known. */
    void lookAtAll(Collection<UserId> online) {
        lookAt(online, true);
    }

    /** A few statements for each page: whoever calls compares heads as well, and must not come late for that. */
    private void lookAt(Collection<UserId> users, boolean anew) {
        List<UserId> all = List.copyOf(users);
        for (int from = 0; from < all.size(); from += PAGE) {
            List<UserId> page = all.subList(from, Math.min(from + PAGE, all.size()));
            Map<UserId, Standing> standings = accounts.standings(page);
            Map<UserId, Set<RoomId>> rooms = unread.rooms(page, ANY_NUMBER);
            for (UserId user : page) {
                Standing standing = standings.get(user);
                if (standing == null || standing.suspended()) {
                    suspended(user);
                    continue;
                }
                seen.accept(new AccountSeen(user, standing.rev(), anew));
                standing.ended().forEach(signIn -> ended(user, signIn));
                subscriptions.keepOnly(user, rooms.getOrDefault(user, Set.of()));
            }
        }
    }
}
