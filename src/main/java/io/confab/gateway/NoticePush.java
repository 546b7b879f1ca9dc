package io.confab.gateway;

import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.kernel.Clockwork;
import io.confab.kernel.LookBack;
import io.confab.kernel.UserId;
import io.confab.notice.Notice;
import io.confab.notice.Notices;
import io.confab.report.CaseRow;
import io.confab.report.CasesChanged;
import io.confab.report.Reports;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells people, at each socket that they have on this node, what the server has to tell them: what they have not seen yet soon
 * after {@code welcome}, what is new within a second on whichever node it was said, and what became of their reports. Asks the
 * database once a second for all of them, and not at all while nobody is here. What is lost stands in {@code GET /notices} and
 * {@code GET /reports}. Thread-safe.
 */
@Singleton
public class NoticePush {
    private static final System.Logger LOG = System.getLogger(NoticePush.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** Beyond the longest transaction, and the difference between nodes' clocks. */
    private static final Duration LOOK_BACK = Duration.ofSeconds(20);

    private static final int GREETED_AT_ONCE = 500;

    private final Connections connections;
    private final Notices notices;
    private final Function<CaseRow, List<Reports.Decided>> outcomes;
    private final Clock clock;
    private final LookBack lookBack;
    private final Clockwork work = new Clockwork("confab-notices");
    private final ConcurrentLinkedQueue<Connection> greeted = new ConcurrentLinkedQueue<>();
    private Set<Notice> told = Set.of(); // this and the next: of the one thread
    private boolean failing;

    @Inject
    NoticePush(Connections connections, Notices notices, Reports reports, Clock clock) {
        this(connections, notices, reports::decided, clock);
    }

    /** @param outcomes of a case that was closed */
    NoticePush(
            Connections connections, Notices notices, Function<CaseRow, List<Reports.Decided>> outcomes, Clock clock) {
        this.connections = connections;
        this.notices = notices;
        this.outcomes = outcomes;
        this.clock = clock;
        this.lookBack = new LookBack(LOOK_BACK, clock);
    }

    void start(@Observes Startup startup) {
        work.every(EVERY, this::roundOrLater);
    }

    @PreDestroy
    void stop() {
        work.stop();
    }

    /** After its {@code welcome}. Never blocks. */
    void greeted(Connection connection) {
        greeted.add(connection);
    }

    /** Tells those who reported what became of it. */
    void decided(@Observes CasesChanged changed) {
        if (connections.count() > 0) {
            for (CaseRow about : changed.cases()) {
                if (about.isClosed()) {
                    tellOutcome(about);
                }
            }
        }
    }

    /** Who is not told now finds it in {@code GET /reports}; whoever else listens to the change is told of it all the same. */
    private void tellOutcome(CaseRow about) {
        try {
            outcomes.apply(about).forEach(each -> tell(each.reporter(), NoticeTexts.of(each)));
        } catch (RuntimeException e) { // else all of it would be told again and again
            LOG.log(Level.WARNING, "the reporters of case " + about.id() + " are not told", e);
        }
    }

    private void roundOrLater() {
        try {
            round();
            failing = false;
        } catch (StoreFailure e) {
            LOG.log(failing ? Level.DEBUG : Level.WARNING, "notices wait for the database: {0}", e.getMessage());
            failing = true;
        }
    }

    private void round() {
        Instant began = clock.instant();
        if (connections.count() > 0) {
            tellGreeted();
            tellNew();
        }
        lookBack.toldAt(began); // while nobody is here nobody misses anything
    }

    private void tellGreeted() {
        for (List<Connection> some = takeGreeted(); !some.isEmpty(); some = takeGreeted()) {
            var users = some.stream().map(each -> each.caller().user()).collect(Collectors.toSet());
            try {
                for (Notice notice : notices.unseen(users)) {
                    some.stream()
                            .filter(each -> each.caller().user().equals(notice.user()))
                            .forEach(each -> each.send(NoticeTexts.of(notice)));
                }
            } catch (StoreFailure e) {
                greeted.addAll(some);
                throw e;
            }
        }
    }

    private List<Connection> takeGreeted() {
        var some = new ArrayList<Connection>();
        while (some.size() < GREETED_AT_ONCE) {
            Connection next = greeted.poll();
            if (next == null) {
                break;
            }
            if (next.isOpen()) {
                some.add(next);
            }
        }
        return some;
    }

    private void tellNew() {
        List<Notice> changed = new ArrayList<>(notices.changed(lookBack.since()));
        Collections.reverse(changed);
        for (Notice notice : changed) {
            if (!told.contains(notice)) {
                tell(notice.user(), NoticeTexts.of(notice));
            }
        }
        told = new HashSet<>(changed);
    }

    private void tell(UserId user, String text) {
        connections.of(user).forEach(connection -> connection.send(text));
    }
}
