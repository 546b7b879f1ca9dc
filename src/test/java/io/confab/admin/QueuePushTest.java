package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.UserId;
import io.confab.moderation.Reach;
import io.confab.report.CaseRow;
import io.confab.report.CasesChanged;
import io.confab.report.Target;
import io.confab.store.Failures;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.omnifaces.cdi.PushContext;

class QueuePushTest {
    private static final UserId ANN = new UserId("u_ann");
    private static final Viewer MIA = new Viewer("u_mia", "s_mia", false);
    private static final Viewer MAX = new Viewer("u_max", "s_max", false);
    /** Moderates one room. */
    private static final Viewer ROY = new Viewer("u_roy", "s_roy", true);

    private static final QueuePush.Pace QUICK = new QueuePush.Pace(Duration.ofMillis(5), Duration.ofMillis(5));
    private static final QueuePush.Pace WITHOUT_BEAT = new QueuePush.Pace(Duration.ofHours(1), Duration.ofMillis(5));

    private final Sent sent = new Sent();
    private final Map<Viewer, Reach> reaches = new ConcurrentHashMap<>();
    private final List<Reach> asked = new CopyOnWriteArrayList<>();
    private final List<Viewer> looked = new CopyOnWriteArrayList<>();
    private volatile @Nullable Viewer unknown; // cannot be asked about
    private final AtomicBoolean behind = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger(); // of the database, from now on
    private QueuePush push = push(WITHOUT_BEAT);

    private QueuePush push(QueuePush.Pace pace) {
        reaches.putAll(Map.of(MIA, Reach.ALL, MAX, Reach.ALL, ROY, new Reach(ROY.user())));
        BiFunction<Reach, List<CaseRow>, Map<String, Object>> words = (reach, cases) -> {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw Failures.unavailable();
            }
            asked.add(reach);
            return Map.of(
                    "cases",
                    reach.isAll()
                            ? cases
                            : cases.stream().filter(this::isInTheirRoom).toList());
        };
        return new QueuePush(
                () -> List.of(about("k_recent", 1)), behind::get, words, new Viewers("queue", this::reach), sent, pace);
    }

    private Optional<Reach> reach(Viewer viewer) {
        looked.add(viewer);
        if (viewer.equals(unknown)) {
            throw Failures.unavailable();
        }
        return Optional.ofNullable(reaches.get(viewer));
    }

    @AfterEach
    void stop() {
        push.stop();
    }

    private static CaseRow about(String id, long version) {
        var open = CaseRow.State.OPEN;
        Instant at = Instant.EPOCH;
        return new CaseRow(id, new Target.Person(ANN), ANN, open, 1, version, 1, 10, at, at, null, null);
    }

    @Test
    void whoComesIsToldWhatChangedOfLateAndTheOthersAreNot() {
        push.opened(MIA);
        sent.await(1);

        push.opened(MAX);

        sent.await(2);
        assertThat(sent.messages)
                .containsExactly(
                        new Sent.Message(List.of(about("k_recent", 1)), List.of(MIA)),
                        new Sent.Message(List.of(about("k_recent", 1)), List.of(MAX)));
    }

    @Test
    void whatTheDatabaseKeptFromBeingToldIsToldWhenItIsBack() {
        failures.set(3);

        push.opened(MIA);
        push.changed(new CasesChanged(List.of(about("k_1", 1), about("k_2", 1))));

        sent.await(2);
        assertThat(sent.messages).extracting(Sent.Message::cases).contains(List.of(about("k_recent", 1)));
        assertThat(sent.messages)
                .anySatisfy(message ->
                        assertThat(message.cases()).containsExactlyInAnyOrder(about("k_1", 1), about("k_2", 1)));
    }

    @Test
    void whatChangedAgainWhileTheDatabaseWasAwayIsToldAsItIsNow() {
        push.opened(MIA);
        sent.await(1);
        failures.set(Integer.MAX_VALUE);
        push.changed(new CasesChanged(List.of(about("k_1", 1))));
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> failures.get() < Integer.MAX_VALUE - 2);

        push.changed(new CasesChanged(List.of(about("k_1", 2))));
        failures.set(0);

        sent.await(2);
        assertThat(sent.messages.getLast().cases()).containsExactly(about("k_1", 2));
    }

    @Test
    void somethingIsSaidAgainAndAgainAsLongAsSomebodyLooks() {
        push.stop();
        push = push(QUICK);

        push.opened(MIA);
        sent.await(5);
        assertThat(sent.messages.getLast()).isEqualTo(new Sent.Message(List.of(), List.of(MIA)));
        assertThat(push.isRunning()).isTrue();
        push.closed(MIA);

        assertThat(push.isRunning()).isFalse();
    }

    @Test
    void whileNoChangesComeThroughNothingIsSaidSoThatAPageDoesNotTakeItselfForLive() {
        push.stop();
        push = push(QUICK);
        push.opened(MIA);
        sent.await(5);

        behind.set(true);
        var heard = new AtomicInteger(-1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100)) // many beats
                .until(() -> heard.getAndSet(sent.messages.size()) == sent.messages.size());
        behind.set(false);

        sent.await(sent.messages.size() + 3);
    }

    @Test
    void whoseSignInIsOverHearsNothingMoreThoughTheirSocketIsOpen() {
        push.stop();
        push = push(QUICK);
        push.opened(MIA);
        push.opened(MAX);
        sent.await(5);

        reaches.remove(MIA);
        push.changed(new CasesChanged(List.of(about("k_1", 1))));

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> sent.messages.contains(new Sent.Message(List.of(about("k_1", 1)), List.of(MAX))));
        assertThat(sent.messages.getLast().to()).doesNotContain(MIA);
    }

    private boolean isInTheirRoom(CaseRow about) {
        return about.id().startsWith("k_his");
    }

    @Test
    void whoModeratesARoomIsToldOfWhatTheyReachAloneAndStaffOfAll() {
        push.opened(MIA);
        push.opened(ROY);
        sent.await(2);
        assertThat(sent.messages).contains(new Sent.Message(List.of(), List.of(ROY)));

        push.changed(new CasesChanged(List.of(about("k_other", 1), about("k_his", 1))));

        sent.await(4);
        assertThat(sent.messages)
                .contains(
                        new Sent.Message(List.of(about("k_other", 1), about("k_his", 1)), List.of(MIA)),
                        new Sent.Message(List.of(about("k_his", 1)), List.of(ROY)));
        assertThat(sent.messages)
                .filteredOn(message -> message.to().contains(ROY))
                .flatExtracting(Sent.Message::cases)
                .extracting(CaseRow::id)
                .containsOnly("k_his");

        reaches.remove(ROY);
        push.changed(new CasesChanged(List.of(about("k_his_too", 1))));
        sent.await(5);
        assertThat(sent.messages.getLast()).isEqualTo(new Sent.Message(List.of(about("k_his_too", 1)), List.of(MIA)));
    }

    @Test
    void ofThoseWhoModerateRoomsNoMoreAreAskedAboutThanTheDatabaseBearsAndStaffAreToldAllTheSame() {
        List<Viewer> many = IntStream.range(0, QueuePush.MOST_OF_ROOMS + 50)
                .mapToObj(i -> new Viewer("u_" + i, "s_" + i, true))
                .toList();
        many.forEach(viewer -> reaches.put(viewer, new Reach(viewer.user())));
        many.forEach(push::opened);
        push.opened(MIA); // the last
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        sent.messages.stream().anyMatch(message -> message.to().contains(MIA)));
        asked.clear();
        looked.clear();

        push.changed(new CasesChanged(List.of(about("k_1", 1))));

        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> asked.size() > QueuePush.MOST_OF_ROOMS);
        assertThat(asked).startsWith(Reach.ALL).hasSize(1 + QueuePush.MOST_OF_ROOMS);
        assertThat(looked).startsWith(MIA).hasSize(1 + QueuePush.MOST_OF_ROOMS);
    }

    @Test
    void whoCannotBeAskedAboutKeepsNobodyFromTheirNews() {
        Viewer rob = new Viewer("u_rob", "s_rob", true);
        reaches.put(rob, new Reach(rob.user()));
        push.opened(ROY);
        push.opened(rob);
        push.opened(MIA);
        sent.await(3);
        unknown = ROY;

        push.changed(new CasesChanged(List.of(about("k_his", 1))));

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> sent.messages.containsAll(List.of(
                        new Sent.Message(List.of(about("k_his", 1)), List.of(MIA)),
                        new Sent.Message(List.of(about("k_his", 1)), List.of(rob)))));
        unknown = null;
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> sent.messages.contains(new Sent.Message(List.of(about("k_his", 1)), List.of(ROY))));
    }

    /** What was pushed, to whom. */
    private static final class Sent implements PushContext {
        private static final long serialVersionUID = 1L;

        private record Message(List<CaseRow> cases, List<Viewer> to) {}

        private final transient CopyOnWriteArrayList<Message> messages = new CopyOnWriteArrayList<>();

        void await(int count) {
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> messages.size() >= count);
        }

        @Override
        @SuppressWarnings("unchecked") // as the words of this test are
        public <S extends Serializable> Map<S, Set<Future<Void>>> send(Object message, Collection<S> users) {
            var cases = (List<CaseRow>) ((Map<String, Object>) message).get("cases");
            messages.add(new Message(
                    cases,
                    users.stream()
                            .map(Viewer.class::cast)
                            .sorted((a, b) -> a.userId().compareTo(b.userId()))
                            .toList()));
            return Map.of();
        }

        @Override
        public Set<Future<Void>> send(Object message) {
            throw new UnsupportedOperationException("that would go to everybody");
        }

        @Override
        public <S extends Serializable> Set<Future<Void>> send(Object message, S user) {
            throw new UnsupportedOperationException();
        }
    }
}
