package io.confab.admin;

import io.confab.identity.ConsoleSignIns;
import io.confab.kernel.Clockwork;
import io.confab.report.CaseFeed;
import io.confab.report.CaseList;
import io.confab.report.CaseRow;
import io.confab.report.CasesChanged;
import io.confab.report.Decision;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.omnifaces.cdi.Push;
import org.omnifaces.cdi.PushContext;
import org.omnifaces.cdi.push.SocketEvent;
import org.omnifaces.cdi.push.SocketEvent.Closed;
import org.omnifaces.cdi.push.SocketEvent.Opened;

/**
 * Tells those who look at the list of reports, or at a report, which cases changed, on whichever node: opened, looked at, decided. Whose
 * sign-in is over, or who is no longer staff, gets nothing more.
 */
@Singleton
public class QueuePush {
    private static final String CHANNEL = "queue";
    private static final int EXCERPT = 200;

    private final CaseFeed feed;
    private final CaseList cases;
    private final PushContext push;
    private final Viewers viewers;
    private final QueueNews news;
    private final Clockwork clock = new Clockwork("confab-queue-push");
    private Set<Viewer> came = new LinkedHashSet<>(); // this and the next wait for the thread
    private Map<String, CaseRow> changed = new LinkedHashMap<>();

    @Inject
    QueuePush(CaseFeed feed, CaseList cases, ConsoleSignIns signIns, @Push(channel = CHANNEL) PushContext push) {
        this.feed = feed;
        this.cases = cases;
        this.push = push;
        this.viewers = new Viewers(CHANNEL, signIns);
        this.news = new QueueNews(id -> cases.row(id).map(QueuePush::asMap));
    }

    /** As {@link OverviewPush#start}. */
    void start(@Observes Startup startup) {}

    /** Who comes now is told what changed while their page was made, and by that that they are told at all. */
    void opened(@Observes @Opened SocketEvent event) {
        if (viewers.isOf(event)) {
            viewers.opened(event);
            welcome(event.getUser());
        }
    }

    private synchronized void welcome(Viewer viewer) {
        if (came.isEmpty()) {
            clock.after(Duration.ZERO, this::tellWhoCame);
        }
        came.add(viewer);
    }

    void closed(@Observes @Closed SocketEvent event) {
        if (viewers.isOf(event)) {
            viewers.closed(event);
        }
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    /** On a thread of its own: it asks who is still staff, and a socket may be slow. */
    synchronized void changed(@Observes CasesChanged told) {
        if (!viewers.isEmpty()) {
            if (changed.isEmpty()) {
                clock.after(Duration.ZERO, this::tellChanged);
            }
            told.cases().forEach(about -> changed.put(about.id(), about));
        }
    }

    private void tellWhoCame() {
        tell(feed.recent(), viewers.staff(takeWhoCame()));
    }

    private synchronized Set<Viewer> takeWhoCame() {
        Set<Viewer> taken = came;
        came = new LinkedHashSet<>();
        return taken;
    }

    private void tellChanged() {
        tell(List.copyOf(takeChanged().values()), viewers.staff());
    }

    private synchronized Map<String, CaseRow> takeChanged() {
        Map<String, CaseRow> taken = changed;
        changed = new LinkedHashMap<>();
        return taken;
    }

    private void tell(List<CaseRow> about, List<Viewer> to) {
        if (to.isEmpty()) {
            return;
        }
        Map<String, Object> message = Map.of(
                "open",
                cases.count(CaseRow.State.OPEN),
                "escalated",
                cases.count(CaseRow.State.ESCALATED),
                "cases",
                news.of(about));
        push.send(message, to);
    }

    /** As the page's script takes it. */
    private static Map<String, Object> asMap(CaseList.Row row) {
        CaseRow about = row.about();
        Decision last = row.last();
        Instant claimed = about.claimedUntil();
        String text = row.text();
        int shown = text.offsetByCodePoints(0, Math.min(EXCERPT, text.codePointCount(0, text.length())));
        return Map.ofEntries(
                Map.entry("id", about.id()),
                Map.entry("state", about.state().word()),
                Map.entry("version", about.version()),
                Map.entry("openedAt", about.openedAt().toEpochMilli()),
                Map.entry("score", about.score()),
                Map.entry("types", row.typeWords()),
                Map.entry("text", text.substring(0, shown)),
                Map.entry("by", row.username()),
                Map.entry("claimant", row.claimant() == null ? "" : row.claimant()),
                Map.entry("claimedUntil", row.claimant() == null || claimed == null ? 0L : claimed.toEpochMilli()),
                Map.entry("words", about.isClosed() && last != null ? last.byName() + ": " + last.summary() : ""));
    }
}
