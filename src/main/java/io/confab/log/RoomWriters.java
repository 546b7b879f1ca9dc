package io.confab.log;

import io.confab.kernel.Caller;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Daemon;
import io.confab.kernel.Ids;
import io.confab.kernel.KeepsThreads;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.room.RoomCommand;
import io.confab.room.RoomDecisions;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.trace.Traces;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The log of this node: a few writers, each with a bounded queue; a room always has the same one, so its commands are
 * decided in order and only other nodes can make its head miss.
 */
@Singleton
class RoomWriters implements RoomLog, KeepsThreads {
    private static final System.Logger LOG = System.getLogger(RoomWriters.class.getName());
    private static final Duration SWEEP = Duration.ofMillis(100);
    private static final long STOP_SECONDS = 10;

    private final LogSettings settings;
    private final LogMetrics metrics;
    private final Ids ids;
    private final Iterable<CommitListener> listeners;
    private final List<RoomWriter> writers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Clockwork sweeper = new Clockwork("confab-log-sweeper");

    @Inject
    RoomWriters(
            Database database,
            LogSettings settings,
            RoomRules rules,
            Clock clock,
            Ids ids,
            LogMetrics metrics,
            Traces traces,
            @Any Instance<CommitListener> listeners,
            @Any Instance<AppendWitness> witnesses) {
        this(database, settings, rules, clock, ids, metrics, traces, (Iterable<CommitListener>) listeners, (Iterable<
                        AppendWitness>)
                witnesses);
    }

    RoomWriters(
            Database database,
            LogSettings settings,
            RoomRules rules,
            Clock clock,
            Ids ids,
            LogMetrics metrics,
            Traces traces,
            Iterable<CommitListener> listeners,
            Iterable<AppendWitness> witnesses) {
        this.settings = settings;
        this.metrics = metrics;
        this.ids = ids;
        this.listeners = listeners;
        byte[] key = database.onceThere(() -> RequestMac.key(database.transactions()));
        for (int i = 0; i < settings.writers(); i++) {
            var writing = new Writing(
                    database.logTransactions(),
                    new AccountRows(database.isPostgres()),
                    new RoomDecisions(rules),
                    new RequestMac(key),
                    settings,
                    metrics,
                    traces,
                    clock,
                    ids,
                    witnesses);
            var queue = new CommandQueue(settings, metrics);
            var settlement = new Settlement(
                    writing, () -> turnAway(queue.removeUnrelated(), "the database cannot be written just now"));
            var commit = new GroupCommit(writing, settlement, this::tell);
            writers.add(new RoomWriter(queue, commit, settings.maxBatch()));
        }
        metrics.measureFullness(() -> writers.stream()
                .mapToDouble(writer -> writer.queue().fullness())
                .average()
                .orElse(0));
        ThreadFactory factory = Daemon.numbered("confab-log-");
        writers.forEach(writer -> threads.add(factory.newThread(writer)));
    }

    void onStartup(@Observes Startup event) {
        start();
    }

    void start() {
        threads.forEach(Thread::start);
        sweeper.every(SWEEP, this::sweep);
    }

    @Override
    public Collection<Thread> threads() {
        return List.copyOf(threads);
    }

    /** Takes no more commands, commits what waits, and ends; what could not be committed is refused. */
    @PreDestroy
    void stop() {
        writers.forEach(writer -> writer.queue().close());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        try {
            for (Thread thread : threads) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                thread.join(Math.max(1, left));
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
        sweeper.stop();
        for (RoomWriter writer : writers) {
            List<Pending> inHand = writer.queue().inHand();
            turnAwayBehind(inHand, writer.queue().removeAll(), "the node is stopping");
        }
    }

    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        String cid = submission.cid() == null ? ids.cid() : submission.cid();
        return enqueue(new Pending.InRoom(submission, cid, deadline()));
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        RoomId room = roomFor(new CidKey(caller.user(), cid));
        return enqueue(new Pending.Creation(caller.user(), caller.signIn(), room, command, cid, deadline()));
    }

    /** At the same writer for each repeat, so that it waits behind what it repeats. */
    private RoomId roomFor(CidKey key) {
        RoomWriter writer = writers.get(Math.floorMod(key.hashCode(), writers.size()));
        RoomId room = ids.room();
        while (writerOf(room) != writer) {
            room = ids.room();
        }
        return room;
    }

    private CompletionStage<Answer> enqueue(Pending command) {
        if (!Ids.isCid(command.cid)) {
            command.refuse(new Refusal.BadRequest("'cid' must be 1 to 64 of [A-Za-z0-9_-]"));
        } else if (!writerOf(command.room).queue().offer(command)) {
            metrics.turnedAway.increment();
            command.unavailable("too many commands wait to be stored", settings.retryAfter());
        }
        return command.future;
    }

    private RoomWriter writerOf(RoomId room) {
        return writers.get(Math.floorMod(room.hashCode(), writers.size()));
    }

    private long deadline() {
        return System.nanoTime() + settings.commandTimeout().toNanos();
    }

    /** A writer that hangs in the database must not let its senders, and those who wait behind it, wait for ever. */
    private void sweep() {
        long now = System.nanoTime();
        for (RoomWriter writer : writers) {
            List<Pending> inHand = writer.queue().inHand();
            turnAwayBehind(inHand, writer.queue().expired(now), "it waited too long");
            for (Pending command : inHand) {
                if (command.expired(now) && !command.future.isDone()) {
                    metrics.turnedAway.increment();
                    command.giveUp(settings.retryAfter());
                }
            }
        }
    }

    /** @param inHand as it was before they were taken out: a repeat shares the outcome, which nobody knows yet */
    private void turnAwayBehind(List<Pending> inHand, List<Pending> commands, String why) {
        Set<CidKey> unsure = CommandQueue.keys(inHand);
        commands.stream()
                .filter(command -> unsure.contains(command.key()))
                .forEach(repeat -> repeat.refuse(GroupCommit.OUTCOME_UNKNOWN));
        turnAway(commands, why);
    }

    /** Whoever has an answer keeps it. */
    private void turnAway(List<Pending> commands, String why) {
        metrics.turnedAway.add(commands.size());
        commands.forEach(command -> command.unavailable(why, settings.retryAfter()));
    }

    private void tell(RoomCommit commit) {
        for (CommitListener listener : listeners) {
            try {
                listener.committed(commit.state().room(), commit.state().epoch(), commit.events());
            } catch (RuntimeException e) {
                LOG.log(
                        Level.WARNING,
                        "a listener failed on room " + commit.state().room() + "; the heads check will find it",
                        e);
            }
        }
    }
}
