package io.confab.admin;

import io.confab.node.Figures;
import io.confab.node.NodeView;
import io.confab.node.NodeView.State;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A node as pages show it and as it is pushed to them: texts, ready to be shown. A node that is gone has no figures, only since
 * when.
 *
 * @param tone of its state: {@code good}, {@code warn}, {@code harsh} or none
 * @param acts what an admin can do with it now, as {@link NodeAct#word}
 */
public record NodeLine(
        String id,
        String name,
        String state,
        String tone,
        String note,
        String sockets,
        String rate,
        String sends,
        String deliveries,
        String waiting,
        String load,
        String database,
        String databaseTone,
        String broker,
        String brokerTone,
        String started,
        String version,
        List<String> acts) {
    /** From so long on a look at the database is slow: it takes a few milliseconds. */
    private static final long SLOW_MILLIS = 500;

    private static final String NONE = "–";

    static NodeLine of(NodeView node, Texts texts) {
        State state = node.state();
        Figures figures = node.figures();
        boolean lives = state.lives();
        return new NodeLine(
                node.id(),
                node.name(),
                word(state),
                tone(state),
                note(node, texts),
                shown(lives, figures.number("sockets")),
                lives ? String.format(Locale.ROOT, "%.1f", figures.real("messages_per_second")) : NONE,
                lives ? figures.latency("send_ok").within(99) : NONE,
                lives ? figures.latency("delivery").within(99) : NONE,
                shown(lives, figures.number("waiting/commands")),
                lives ? load(figures) : NONE,
                lives ? database(figures) : NONE,
                lives ? databaseTone(figures) : "",
                lives ? figures.text("broker") : NONE,
                lives ? (figures.text("broker").equals("up") ? "good" : "harsh") : "",
                texts.time(node.startedAt()),
                figures.text("version"),
                NodeAct.possible(state).stream().map(NodeAct::word).toList());
    }

    private static String shown(boolean lives, long number) {
        return lives ? Long.toString(number) : NONE;
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String tone(State state) {
        return switch (state) {
            case READY -> "good";
            case DRAINING, DRAINED -> "warn";
            case NOT_READY, GONE -> "harsh";
            case STOPPED -> "";
        };
    }

    private static String note(NodeView node, Texts texts) {
        Figures figures = node.figures();
        return switch (node.state()) {
            case READY -> figures.number("load_level") > 0 ? "gives up work, it has too much to do" : "";
            case NOT_READY ->
                figures.checks().stream()
                        .filter(check -> !check.up())
                        .map(check -> check.name() + ": " + check.why())
                        .collect(Collectors.joining("; "));
            case DRAINING ->
                figures.number("sockets") + " of " + figures.number("drain_sockets") + " sockets are still here";
            case DRAINED -> "waits to be stopped; " + figures.number("sockets") + " sockets are still here";
            case STOPPED -> "it said that it stops; last seen " + texts.time(node.seenAt());
            case GONE -> "last seen " + texts.time(node.seenAt());
        };
    }

    private static String load(Figures figures) {
        long level = figures.number("load_level");
        return figures.number("load_pressure") + " %" + (level == 0 ? "" : ", level " + level + " of 6");
    }

    private static boolean databaseAnswers(Figures figures) {
        return figures.checks().stream()
                .filter(check -> check.name().equals("database"))
                .allMatch(Figures.Check::up);
    }

    private static String database(Figures figures) {
        long millis = figures.number("database_ms");
        if (!databaseAnswers(figures)) {
            return "down";
        }
        return millis >= SLOW_MILLIS ? "slow, " + millis + " ms" : "up, " + millis + " ms";
    }

    private static String databaseTone(Figures figures) {
        return !databaseAnswers(figures) ? "harsh" : figures.number("database_ms") >= SLOW_MILLIS ? "warn" : "good";
    }

    /** As the pages' script takes it: texts by the name of their cell. */
    Map<String, Object> asMap() {
        return Map.ofEntries(
                Map.entry("id", id),
                Map.entry("name", name),
                Map.entry("state", state),
                Map.entry("tone", tone),
                Map.entry("note", note),
                Map.entry("sockets", sockets),
                Map.entry("rate", rate),
                Map.entry("sends", sends),
                Map.entry("deliveries", deliveries),
                Map.entry("waiting", waiting),
                Map.entry("load", load),
                Map.entry("database", database),
                Map.entry("databaseTone", databaseTone),
                Map.entry("broker", broker),
                Map.entry("brokerTone", brokerTone),
                Map.entry("started", started),
                Map.entry("version", version),
                Map.entry("acts", acts));
    }
}
