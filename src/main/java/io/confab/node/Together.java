package io.confab.node;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The figures of all nodes that live, added up.
 *
 * @param messagesPerSecond during the last ten seconds
 * @param sends how long messages took to be accepted, during the last minute
 * @param deliveries how old events were on their way to sockets, during the last minute
 * @param resumesOk since each node's start, like {@code resumesGap}, {@code healed} and {@code messages}
 * @param waiting what waits, by kind
 */
public record Together(
        int nodes,
        long sockets,
        long messages,
        double messagesPerSecond,
        Latency sends,
        Latency deliveries,
        long resumesOk,
        long resumesGap,
        long healed,
        Waiting waiting) {
    /** @param commands for a writer; @param lanes rooms and sockets for a turn; @param reads of the log; @param posts for the broker */
    public record Waiting(long commands, long lanes, long reads, long socketBytes, long posts) {
        private static Waiting of(List<Figures> living) {
            return new Waiting(
                    sum(living, each -> each.number("waiting/commands")),
                    sum(living, each -> each.number("waiting/lanes")),
                    sum(living, each -> each.number("waiting/reads")),
                    sum(living, each -> each.number("waiting/socket_bytes")),
                    sum(living, each -> each.number("waiting/broker")));
        }
    }

    private static final Latency NOTHING = new Latency(List.of(), List.of(0L));

    public static Together of(List<NodeView> nodes) {
        List<Figures> living =
                nodes.stream().filter(NodeView::lives).map(NodeView::figures).toList();
        return new Together(
                living.size(),
                sum(living, each -> each.number("sockets")),
                sum(living, each -> each.number("messages")),
                living.stream()
                        .mapToDouble(each -> each.real("messages_per_second"))
                        .sum(),
                living.stream().map(each -> each.latency("send_ok")).reduce(NOTHING, Latency::plus),
                living.stream().map(each -> each.latency("delivery")).reduce(NOTHING, Latency::plus),
                sum(living, each -> each.number("resumes_ok")),
                sum(living, each -> each.number("resumes_gap")),
                sum(living, each -> each.number("holes_healed")),
                Waiting.of(living));
    }

    private static long sum(List<Figures> figures, ToLongFunction<Figures> figure) {
        return figures.stream().mapToLong(figure).sum();
    }
}
