package io.confab.fanout;

import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.delivery.Subscriptions;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.wire.CloseCode;
import io.confab.wire.ServerFrames;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends what a person may no longer have on this node: sockets of a suspended account (4503) or an ended sign-in (4508), and
 * subscriptions to rooms the person is no longer in. Who changed is only noted; {@link HeadsCheck}'s thread looks.
 */
@Singleton
public class AccountWatch {
    /** By the index on user_id; a person's rooms. */
    private static final String ROOMS = "select room_id from room_member where user_id = ? and role is not null"
            + " and (banned_until is null or banned_until <= ?)";

    private final Connections connections;
    private final Subscriptions subscriptions;
    private final AccountReader accounts;
    private final Database database;
    private final Clock clock;
    private final Event<AccountSeen> seen;
    private final Set<UserId> noted = ConcurrentHashMap.newKeySet();

    @Inject
    public AccountWatch(
            Connections connections,
            Subscriptions subscriptions,
            AccountReader accounts,
            Database database,
            Clock clock,
            Event<AccountSeen> seen) {
        this.connections = connections;
        this.subscriptions = subscriptions;
        this.accounts = accounts;
        this.database = database;
        this.clock = clock;
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
        var standings = accounts.standings(users);
        for (UserId user : users) {
            Standing standing = standings.get(user);
            if (standing == null || standing.suspended()) {
                suspended(user);
                continue;
            }
            seen.fire(new AccountSeen(user, standing.rev()));
            standing.ended().forEach(signIn -> ended(user, signIn));
            subscriptions.keepOnly(user, rooms(user));
        }
    }

    private Set<RoomId> rooms(UserId user) {
        return new HashSet<>(
                database.reads().list(ROOMS, row -> new RoomId(row.getString(1)), user.value(), clock.millis()));
    }
}
