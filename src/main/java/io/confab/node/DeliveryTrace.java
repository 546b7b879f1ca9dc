package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.fanout.BrokerHealth;
import io.confab.fanout.DeliveryQuestion;
import io.confab.fanout.DeliveryQuestion.Question;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.node.Delivery.Member;
import io.confab.node.Delivery.Message;
import io.confab.node.NodePassage.OpenSocket;
import io.confab.store.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to "did they get it?": asked for one message when somebody wants to know, never stored (docs/adr/0082). What is
 * durable comes from the database, the rest from what each living node knows of its sockets; who does not answer within a second
 * is named as such. Callers have checked the right to read the room. Thread-safe; blocks for some reads and up to that second,
 * and throws {@code io.confab.store.StoreFailure}.
 */
@Singleton
public class DeliveryTrace {
    /** People on one page. */
    public static final int MOST_PEOPLE = DeliveryQuestion.MOST_USERS;

    static final Duration PATIENCE = Duration.ofSeconds(1);
    /** At this node; each may hold a thread of the container for that second. */
    private static final int AT_ONCE = 3;

    private static final Refusal NO_MESSAGE = new Refusal.NotFound("there is no such message");
    private static final Refusal AT_IT =
            new Refusal.Unavailable("as many as may follow messages at this node just now", Duration.ofSeconds(1));

    private final DeliveryRows rows;
    private final String self;
    private final Asking asking;
    private final Supplier<List<NodeView>> nodes;
    private final BooleanSupplier brokerUp;
    private final Semaphore places = new Semaphore(AT_ONCE);

    /** The nodes' part of it: this one, and those others that answer in time. */
    interface Asking {
        JsonNode here(Question question);

        Map<String, JsonNode> others(Question question, Set<String> names) throws InterruptedException;
    }

    @Inject
    public DeliveryTrace(
            Database database, ThisNode node, Nodes nodes, DeliveryQuestion question, BrokerHealth broker) {
        this(database, node, nodes::all, asking(question), () -> broker.state().up());
    }

    DeliveryTrace(
            Database database, ThisNode node, Supplier<List<NodeView>> nodes, Asking asking, BooleanSupplier brokerUp) {
        this.rows = new DeliveryRows(database);
        this.self = node.name().value();
        this.nodes = nodes;
        this.asking = asking;
        this.brokerUp = brokerUp;
    }

    private static Asking asking(DeliveryQuestion question) {
        return new Asking() {
            @Override
            public JsonNode here(Question asked) {
                return question.here(asked);
            }

            @Override
            public Map<String, JsonNode> others(Question asked, Set<String> names) throws InterruptedException {
                return question.ask(asked, names, PATIENCE);
            }
        };
    }

    /**
     * Which message, and whose part in it.
     *
     * @param only of this person alone, member or not; null: of the members
     * @param after the last of the page before; empty: the first page
     * @param limit at most {@link #MOST_PEOPLE}
     */
    public record Query(RoomId room, long seq, @Nullable UserId only, String after, int limit) {}

    /**
     * Refused with {@code not_found} when there is no such message, {@code unavailable} when too many ask at once.
     *
     * @param reader of the sockets of members an admin alone sees more than how they stand; of those of others nobody sees anything
     */
    public Outcome<Delivery> of(Query query, GlobalRole reader) {
        if (!places.tryAcquire()) {
            return Outcome.refused(AT_IT);
        }
        try {
            return rows.message(query.room(), query.seq())
                    .map(found -> Outcome.done(of(found, query, reader == GlobalRole.ADMIN)))
                    .orElseGet(() -> Outcome.refused(NO_MESSAGE));
        } finally {
            places.release();
        }
    }

    private Delivery of(DeliveryRows.Found found, Query query, boolean detailed) {
        Message message = found.message();
        int limit = Math.clamp(query.limit(), 1, MOST_PEOPLE);
        List<Member> read = query.only() == null
                ? rows.members(message, query.after(), limit + 1)
                : rows.one(message, query.only());
        List<Member> page = read.subList(0, Math.min(limit, read.size()));
        List<UserId> members = page.stream()
                .filter(person -> person.role() != null)
                .map(Member::id)
                .toList();
        boolean isUp = brokerUp.getAsBoolean();
        List<NodePassage> passages = passages(message, members, isUp, detailed);
        return new Delivery(
                message, isUp, passages, rows.readers(found), withSockets(page, passages), read.size() > limit);
    }

    private List<NodePassage> passages(Message message, List<UserId> members, boolean isUp, boolean detailed) {
        var question = new Question(message.room(), message.seq(), members);
        Set<String> living = nodes.get().stream()
                .filter(NodeView::lives)
                .map(NodeView::name)
                .collect(Collectors.toCollection(TreeSet::new));
        living.add(self);
        var others = new TreeSet<>(living);
        others.remove(self);
        // without the broker nobody would hear the question, and its second would be waited for in vain
        Map<String, JsonNode> answers = isUp && !others.isEmpty() ? ask(question, others) : Map.of();
        JsonNode here = asking.here(question); // last: it is the one that takes no time
        return living.stream()
                .map(name -> NodePassage.of(name, name.equals(self) ? here : answers.get(name), message, detailed))
                .toList();
    }

    private Map<String, JsonNode> ask(Question question, Set<String> others) {
        try {
            return asking.others(question, others);
        } catch (InterruptedException e) { // the server stops
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private static List<Member> withSockets(List<Member> people, List<NodePassage> passages) {
        Map<UserId, List<OpenSocket>> sockets = passages.stream()
                .flatMap(passage -> passage.sockets().stream())
                .collect(Collectors.groupingBy(OpenSocket::user));
        return people.stream()
                .map(member -> new Member(
                        member.id(),
                        member.username(),
                        member.displayName(),
                        member.role(),
                        member.joinedAfter(),
                        member.read(),
                        sockets.getOrDefault(member.id(), List.of())))
                .toList();
    }
}
