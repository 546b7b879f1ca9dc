package io.confab.admin;

import io.confab.node.NodeBeat;
import io.confab.node.NodeView;
import io.confab.node.Nodes;
import io.confab.node.ThisNode;
import io.confab.node.Together;
import io.confab.presence.Presence;
import io.confab.report.Backlog;
import io.confab.report.CaseRow;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of all nodes, as the overview shows and pushes them: from the rows that nodes write. While the database does not
 * answer, those of this node alone. Thread-safe.
 */
@Named
@Singleton
public class Overview {
    /** Counting a million rows takes a tenth of a second: not at each push. */
    private static final Duration COUNT_AGAIN = Duration.ofSeconds(30);

    private static final String NONE = "–";
    private static final Map<String, String> NO_REPORTS = Map.of(
            "reportsOpen", NONE,
            "reportsFresh", NONE,
            "reportsWaiting", NONE,
            "reportsOld", NONE,
            "reportsOldest", NONE,
            "reportsEscalated", NONE);

    private final Nodes nodes;
    private final NodeBeat beat;
    private final ThisNode self;
    private final Presence presence;
    private final Database database;
    private final Backlog backlog;
    private final Clock clock;
    private final Texts texts;
    private final Duration push;
    private Counted counted = new Counted(0, 0, Instant.EPOCH);

    @Inject
    Overview(
            Nodes nodes,
            NodeBeat beat,
            ThisNode self,
            Presence presence,
            Database database,
            Backlog backlog,
            Clock clock,
            Texts texts,
            ConsoleSettings settings) {
        this.nodes = nodes;
        this.beat = beat;
        this.self = self;
        this.presence = presence;
        this.database = database;
        this.backlog = backlog;
        this.clock = clock;
        this.texts = texts;
        this.push = settings.push();
    }

    /**
     * At one moment, of the whole installation.
     *
     * @param trouble why not all is shown; empty: all is
     * @param cells texts by the name of their place in the page
     */
    public record Shown(String trouble, Map<String, String> cells, List<NodeLine> nodes) {
        /** As the page's script takes it. */
        Map<String, Object> asMap() {
            return Map.of(
                    "trouble",
                    trouble,
                    "cells",
                    cells,
                    "nodes",
                    nodes.stream().map(NodeLine::asMap).toList());
        }
    }

    private record Counted(long rooms, long accounts, Instant at) {}

    /** The node that the page comes from. */
    public String getNode() {
        return self.name().value();
    }

    /** Time between two pushes. */
    public long getPushMillis() {
        return push.toMillis();
    }

    public Shown getFigures() {
        try {
            List<NodeView> all = nodes.all();
            return shown(twins(all), all, counted(), reports());
        } catch (StoreFailure e) {
            return shown(
                    "The database does not answer: only the node that you are connected to is shown.",
                    alone().stream().toList(),
                    countedBefore(),
                    NO_REPORTS);
        }
    }

    private Optional<NodeView> alone() {
        Instant now = clock.instant();
        return beat.latest().map(figures -> new NodeView(self.id(), self.name().value(), now, now, null, now, figures));
    }

    /** Two that live under one name write over each other's place between the nodes. */
    private static String twins(List<NodeView> all) {
        List<String> living =
                all.stream().filter(NodeView::lives).map(NodeView::name).toList();
        return living.stream()
                .filter(name -> living.indexOf(name) != living.lastIndexOf(name))
                .findFirst()
                .map(name -> "Two nodes are named " + name + ": give each a name of its own (confab.node).")
                .orElse("");
    }

    private Map<String, String> reports() {
        Backlog.Ages open = backlog.ages(CaseRow.State.OPEN);
        return Map.of(
                "reportsOpen", Integer.toString(open.all()),
                "reportsFresh", Integer.toString(open.fresh()),
                "reportsWaiting", Integer.toString(open.waiting()),
                "reportsOld", Integer.toString(open.old()),
                "reportsOldest", open.oldest() == null ? NONE : texts.time(open.oldest()),
                "reportsEscalated",
                        Integer.toString(backlog.ages(CaseRow.State.ESCALATED).all()));
    }

    private Shown shown(String trouble, List<NodeView> all, Counted stored, Map<String, String> reports) {
        Together together = Together.of(all);
        var cells = new HashMap<String, String>(reports);
        cells.putAll(Map.ofEntries(
                Map.entry("nodes", Integer.toString(together.nodes())),
                Map.entry("sockets", Long.toString(together.sockets())),
                Map.entry("people", Integer.toString(presence.everybody().size())),
                Map.entry("rate", String.format(Locale.ROOT, "%.1f", together.messagesPerSecond())),
                Map.entry("messages", Long.toString(together.messages())),
                Map.entry("sendsHalf", together.sends().within(50)),
                Map.entry("sendsMost", together.sends().within(99)),
                Map.entry("deliveriesHalf", together.deliveries().within(50)),
                Map.entry("deliveriesMost", together.deliveries().within(99)),
                Map.entry("resumesOk", Long.toString(together.resumesOk())),
                Map.entry("resumesGap", Long.toString(together.resumesGap())),
                Map.entry("healed", Long.toString(together.healed())),
                Map.entry("sendsMostMillis", Long.toString(together.sends().withinMillis(99))),
                Map.entry(
                        "deliveriesMostMillis",
                        Long.toString(together.deliveries().withinMillis(99))),
                Map.entry("waiting", Long.toString(together.waiting().commands())),
                Map.entry("waitingLanes", Long.toString(together.waiting().lanes())),
                Map.entry("waitingReads", Long.toString(together.waiting().reads())),
                Map.entry("waitingBytes", Long.toString(together.waiting().socketBytes())),
                Map.entry("waitingPosts", Long.toString(together.waiting().posts())),
                Map.entry("rooms", Long.toString(stored.rooms())),
                Map.entry("accounts", Long.toString(stored.accounts())),
                Map.entry("time", texts.time(clock.instant()))));
        return new Shown(
                trouble,
                cells,
                all.stream().map(each -> NodeLine.of(each, texts)).toList());
    }

    private synchronized Counted countedBefore() {
        return counted;
    }

    private synchronized Counted counted() {
        Instant now = clock.instant();
        if (now.isAfter(counted.at().plus(COUNT_AGAIN))) {
            try {
                counted = new Counted(count("room"), count("account"), now);
            } catch (StoreFailure e) {
                return counted; // these two stay as they were until the next time
            }
        }
        return counted;
    }

    private long count(String table) {
        return database.reads()
                .first("select count(*) from " + table, row -> row.getLong(1))
                .orElseThrow();
    }
}
