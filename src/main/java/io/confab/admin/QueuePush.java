package io.confab.admin;

import io.confab.kernel.Clockwork;
import io.confab.moderation.Reach;
import io.confab.moderation.StaffDoor;
import io.confab.report.CaseFeed;
import io.confab.report.CaseList;
import io.confab.report.CaseRow;
import io.confab.report.CasesChanged;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.omnifaces.cdi.Push;
import org.omnifaces.cdi.PushContext;
import org.omnifaces.cdi.push.SocketEvent;
import org.omnifaces.cdi.push.SocketEvent.Closed;
import org.omnifaces.cdi.push.SocketEvent.Opened;

/**
 * Tells those who look at the list of reports, or at a report, which cases changed, on whichever node: opened, looked at, decided;
 * and every ten seconds how many there are, so that a page knows that it is told at all. What the database kept from being told is
 * told when it is back. Who moderates rooms is told of what they reach at that moment, and of nothing else (docs/adr/0084). Whose
 * sign-in is over, or who is not let in any more, gets nothing more; their page then says so.
 */
@Singleton
public class QueuePush {
    private static final System.Logger LOG = System.getLogger(QueuePush.class.getName());
    private static final String CHANNEL = "queue";
    /** Of who moderates rooms: each is asked about alone. Whoever comes then hears nothing, and their page says so. */
    static final int MOST_OF_ROOMS = 200;
    /** So many cannot be asked about: then it is the database, and all wait. */
    private static final int MOST_FAILURES = 3;

    /** The page's script waits for half as long again as a beat. */
    private static final Pace PACE = new Pace(Duration.ofSeconds(10), Duration.ofSeconds(1));

    private final Supplier<List<CaseRow>> recent;
    private final BooleanSupplier behind;
    private final BiFunction<Reach, List<CaseRow>, Map<String, Object>> words;
    private final Viewers viewers;
    private final PushContext push;
    private final Pace pace;
    private final Clockwork clock = new Clockwork("confab-queue-push");
    private Waiting waiting = new Waiting(); // this and the next two: under the lock
    private boolean due;
    private @Nullable Runnable end; // of the beats; null: nobody looks
    private boolean failing; // of the clock's thread

    /** What is to be told. @param came who comes, and so is told what changed of late */
    private record Waiting(Set<Viewer> came, Map<String, CaseRow> changed) {
        Waiting() {
            this(new LinkedHashSet<>(), new LinkedHashMap<>());
        }
    }

    /** @param again when the database was away */
    record Pace(Duration beat, Duration again) {}

    @Inject
    QueuePush(CaseFeed feed, CaseList cases, StaffDoor door, @Push(channel = CHANNEL) PushContext push) {
        this(
                feed::recent,
                feed::isBehind,
                new QueueWords(cases)::of,
                new Viewers(CHANNEL, viewer -> door.sees(viewer.user(), viewer.signIn())),
                push,
                PACE);
    }

    /**
     * @param behind of late no changes came
     * @param words of cases that changed, as far as they are within reach, as the page's script takes them; by one thread
     */
    QueuePush(
            Supplier<List<CaseRow>> recent,
            BooleanSupplier behind,
            BiFunction<Reach, List<CaseRow>, Map<String, Object>> words,
            Viewers viewers,
            PushContext push,
            Pace pace) {
        this.recent = recent;
        this.behind = behind;
        this.words = words;
        this.viewers = viewers;
        this.push = push;
        this.pace = pace;
    }

    /** As {@link OverviewPush#start}. */
    void start(@Observes Startup startup) {}

    void opened(@Observes @Opened SocketEvent event) {
        if (viewers.isOf(event)) {
            opened(event.<Viewer>getUser());
        }
    }

    /** Who comes now is told what changed while their page was made, and by that that they are told at all. */
    synchronized void opened(Viewer viewer) {
        if (viewer.ofRooms() && viewers.ofRooms(viewer) >= MOST_OF_ROOMS) {
            return;
        }
        viewers.opened(viewer);
        waiting.came().add(viewer);
        tell(Duration.ZERO);
        if (end == null) {
            end = clock.every(pace.beat(), this::beat);
        }
    }

    /** Only while changes come through: a page that hears nothing says so. */
    private void beat() {
        if (!behind.getAsBoolean()) {
            send(List.of(), viewers.viewing());
        }
    }

    void closed(@Observes @Closed SocketEvent event) {
        if (viewers.isOf(event)) {
            closed(event.<Viewer>getUser());
        }
    }

    synchronized void closed(Viewer viewer) {
        viewers.closed(viewer);
        if (viewers.isEmpty() && end != null) {
            end.run();
            end = null;
        }
    }

    /** Whether anybody looks. */
    synchronized boolean isRunning() {
        return end != null;
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    synchronized void changed(@Observes CasesChanged told) {
        if (!viewers.isEmpty()) {
            told.cases().forEach(about -> waiting.changed().put(about.id(), about));
            tell(Duration.ZERO);
        }
    }

    /** On a thread of its own: it asks who is still staff, and a socket may be slow. Under the lock. */
    private void tell(Duration wait) {
        if (!due) {
            due = true;
            clock.after(wait, this::tellOrLater);
        }
    }

    private void tellOrLater() {
        Waiting taken = take();
        try {
            try {
                send(recent.get(), taken.came());
            } finally { // who comes and cannot be asked about keeps the others from no news
                if (!taken.changed().isEmpty()) {
                    send(List.copyOf(taken.changed().values()), viewers.viewing());
                }
            }
            failing = false;
        } catch (StoreFailure e) {
            LOG.log(failing ? Level.DEBUG : Level.WARNING, "open lists wait for the database: {0}", e.getMessage());
            failing = true;
            putBack(taken);
        }
    }

    private synchronized Waiting take() {
        Waiting taken = waiting;
        waiting = new Waiting();
        due = false;
        return taken;
    }

    /** What changed again since is newer. */
    private synchronized void putBack(Waiting taken) {
        waiting.came().addAll(taken.came());
        taken.changed().forEach(waiting.changed()::putIfAbsent);
        tell(pace.again());
    }

    /** To staff the same, and first; to each other person what they reach. Who cannot be asked about keeps nobody from it. */
    private void send(List<CaseRow> about, Collection<Viewer> to) {
        var turns = new ArrayList<List<Viewer>>();
        turns.add(to.stream().filter(viewer -> !viewer.ofRooms()).toList());
        to.stream().filter(Viewer::ofRooms).map(List::of).forEach(turns::add);
        StoreFailure failed = null;
        int failures = 0;
        for (List<Viewer> turn : turns) {
            try {
                viewers.reaches(turn).forEach((reach, all) -> push.send(words.apply(reach, about), all));
            } catch (StoreFailure e) {
                failed = e;
                if (++failures == MOST_FAILURES) {
                    break;
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
