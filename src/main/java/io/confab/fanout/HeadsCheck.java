package io.confab.fanout;

import io.confab.badge.Badges;
import io.confab.delivery.Connections;
import io.confab.delivery.Sequencers;
import io.confab.identity.AccountReader;
import io.confab.identity.SignInPurge;
import io.confab.kernel.Daemon;
import io.confab.kernel.KeepsThreads;
import io.confab.kernel.Position;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.log.RoomReader.Head;
import io.confab.store.StoreSettings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Finds what the broker lost: compares, twice in its bound and after any trouble, the heads in the database with what this
 * node has seen of the rooms it serves and, in turn, of those it keeps badges for, and reads the accounts that changed. JMS
 * makes it fast; this makes it right. Its thread deletes old sign-ins as well.
 */
@Singleton
public class HeadsCheck implements Broker.BrokerWatcher, KeepsThreads {
    private static final int PAGE = 500;

    private final Sequencers sequencers;
    private final Connections connections;
    private final RoomReader reader;
    private final AccountReader accounts;
    private final AccountWatch watch;
    private final SignInPurge oldSignIns;
    private final Badges badges;
    private final Duration overlap; // a change has the time at which its transaction began
    private final Semaphore soon = new Semaphore(0);
    private final CheckRounds rounds;
    private final Map<UserId, Long> knownRevs = new HashMap<>(); // this thread only
    private final Thread thread;
    private volatile boolean stopped;

    @Inject
    public HeadsCheck(
            Sequencers sequencers,
            Connections connections,
            RoomReader reader,
            AccountReader accounts,
            AccountWatch watch,
            SignInPurge oldSignIns,
            Badges badges,
            BrokerSettings settings,
            StoreSettings store) {
        this.sequencers = sequencers;
        this.connections = connections;
        this.reader = reader;
        this.accounts = accounts;
        this.watch = watch;
        this.oldSignIns = oldSignIns;
        this.badges = badges;
        this.overlap = store.longestTransaction();
        Duration each = settings.headsCheckBound().dividedBy(2);
        this.rounds = new CheckRounds(this::check, each, each.plus(overlap).dividedBy(2), System::nanoTime);
        this.thread = Daemon.named("confab-heads-check").newThread(this::run);
    }

    void start(@Observes Startup startup) {
        thread.start();
    }

    @Override
    public void listeningAgain() {
        rounds.checkAll();
        soon.release();
    }

    @Override
    public Collection<Thread> threads() {
        return List.of(thread);
    }

    /** Rounds that did all they had to. */
    public long completedRounds() {
        return rounds.completed();
    }

    /** Time spent in them. */
    public Duration spentInRounds() {
        return rounds.spent();
    }

    public long failedRounds() {
        return rounds.failed();
    }

    /** Since the end of the last completed round: when it grows, the check fails or is stuck. */
    public Duration age() {
        return rounds.age();
    }

    @PreDestroy
    void stop() {
        stopped = true;
        thread.interrupt();
    }

    private void run() {
        while (!stopped) {
            rounds.next();
            try {
                if (soon.tryAcquire(rounds.pause().toNanos(), TimeUnit.NANOSECONDS)) {
                    soon.drainPermits();
                }
            } catch (InterruptedException e) {
                return; // stop() asked for it
            }
        }
    }

    void check(boolean all, Duration sinceLast) {
        checkHeads(); // first: nothing else may make it late
        checkAccounts(all, sinceLast);
        badges.headsRead(reader.heads(badges.nextRooms(PAGE))); // a page at a time: badges may be late, not wrong
        oldSignIns.perhaps();
    }

    private void checkHeads() {
        Map<RoomId, Position> seen = sequencers.seen();
        List<RoomId> rooms = new ArrayList<>(seen.keySet());
        for (int from = 0; from < rooms.size(); from += PAGE) {
            Map<RoomId, Head> heads = reader.heads(rooms.subList(from, Math.min(from + PAGE, rooms.size())));
            heads.forEach((room, head) -> compare(room, head, seen));
        }
    }

    private void compare(RoomId room, Head head, Map<RoomId, Position> seen) {
        Position before = seen.get(room);
        if (before != null && !before.equals(new Position(head.epoch(), head.head()))) {
            sequencers.headRead(room, head, before);
        }
    }

    private void checkAccounts(boolean all, Duration sinceLast) {
        Set<UserId> online = connections.usersOnline();
        knownRevs.keySet().retainAll(online);
        if (all) {
            knownRevs.clear(); // a standby that lagged gives out numbers anew
            accounts.loadAll();
            watch.lookAtAll(online);
        } else {
            Set<UserId> changed = changed(online, sinceLast);
            if (!changed.isEmpty()) {
                watch.lookAt(changed);
            }
        }
        watch.lookAtNoted();
    }

    /** Those here who changed since the round before this one began, so what changed during that round is among them. */
    private Set<UserId> changed(Set<UserId> online, Duration sinceLast) {
        var changed = new HashSet<UserId>();
        accounts.changedSince(sinceLast.plus(overlap)).forEach((user, rev) -> {
            if (online.contains(user) && !rev.equals(knownRevs.put(user, rev))) {
                changed.add(user);
            }
        });
        return changed;
    }
}
