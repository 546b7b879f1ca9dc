package io.confab.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.delivery.Passage.Standing;
import io.confab.fanout.DeliveryQuestion.Question;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RealLog;
import io.confab.log.RealLog.Person;
import io.confab.node.Delivery.Answer;
import io.confab.node.Delivery.Member;
import io.confab.node.DeliveryTrace.Query;
import io.confab.node.NodePassage.OpenSocket;
import io.confab.node.NodePassage.State;
import io.confab.room.RoomKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who got a message, put together from a real log and from what nodes answer, on whichever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeliveryTraceContract {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private final Map<String, JsonNode> answers = new TreeMap<>();
    private final List<Question> asked = new ArrayList<>();
    private boolean brokerUp = true;
    private RealLog log;
    private DeliveryTrace trace;
    private Person ann;
    private Person ben;
    private Person cat;

    abstract String url();

    @BeforeAll
    void open() {
        log = RealLog.open(url());
        ann = log.person();
        ben = log.person();
        cat = log.person();
    }

    @AfterAll
    void close() {
        log.close();
    }

    @BeforeEach
    void threeNodes() {
        answers.clear();
        asked.clear();
        brokerUp = true;
        trace = trace(new Asking());
    }

    private DeliveryTrace trace(DeliveryTrace.Asking asking) {
        var nodes = Stream.of("n1", "n2", "n3")
                .map(name -> living(name, NOW))
                .collect(Collectors.toCollection(ArrayList::new));
        nodes.add(living("gone", NOW.minusSeconds(60)));
        return new DeliveryTrace(log.database(), new ThisNode(new NodeId("n1")), () -> nodes, asking, () -> brokerUp);
    }

    private static NodeView living(String name, Instant seenAt) {
        ObjectNode figures = Json.object().put("drain", "no");
        return new NodeView("id-" + name, name, seenAt, seenAt, null, NOW, new Figures(figures));
    }

    /** Nodes that say what they are told to say. */
    private class Asking implements DeliveryTrace.Asking {
        @Override
        public JsonNode here(Question question) {
            asked.add(question);
            return about(question, answers.getOrDefault("n1", Json.object()));
        }

        @Override
        public Map<String, JsonNode> others(Question question, Set<String> names) {
            assertThat(names).containsExactlyInAnyOrder("n2", "n3");
            var others = new TreeMap<>(answers);
            others.remove("n1");
            others.replaceAll((name, answer) -> about(question, answer));
            return others;
        }

        private static JsonNode about(Question question, JsonNode answer) {
            JsonNode said = answer.deepCopy();
            Iterator<JsonNode> sockets = said.path("sockets").iterator();
            while (sockets.hasNext()) {
                if (!question.users()
                        .contains(new UserId(sockets.next().path("user").asText()))) {
                    sockets.remove();
                }
            }
            return said;
        }
    }

    private ObjectNode served(RoomId room, long seen) {
        String epoch = log.database()
                .reads()
                .first("select epoch from room where id = ?", row -> row.getString(1), room.value())
                .orElseThrow();
        ObjectNode answer = Json.object().put("served", true).put("ep", epoch).put("seen", seen);
        answer.putObject("listening");
        answer.putArray("sockets");
        return answer;
    }

    private static void socket(ObjectNode answer, Person who, Standing standing) {
        answer.withArray("sockets")
                .addObject()
                .put("user", who.user().value())
                .put("socket", "c_" + standing.word())
                .put("kind", "socket")
                .put("standing", standing.word())
                .put("waiting_bytes", 7)
                .put("open_ms", 61_000)
                .put("silent_ms", 2_000);
        if (standing != Standing.SILENT) {
            answer.withObject("listening").put(standing.word(), 1);
        }
    }

    private void reads(Person who, RoomId room, long seq) {
        log.update(
                "insert into read_marker (room_id, user_id, seq) values (?, ?, ?)",
                room.value(),
                who.user().value(),
                seq);
    }

    private Delivery known(RoomId room, long seq) {
        return known(new Query(room, seq, null, "", 50));
    }

    private Delivery known(Query query) {
        return known(query, GlobalRole.ADMIN);
    }

    private Delivery known(Query query, GlobalRole reader) {
        if (trace.of(query, reader) instanceof Outcome.Done<Delivery>(Delivery delivery)) {
            return delivery;
        }
        throw new AssertionError("refused");
    }

    private static @Nullable Refusal refusal(Outcome<Delivery> outcome) {
        return outcome instanceof Outcome.Refused<Delivery>(Refusal refusal) ? refusal : null;
    }

    private static Member of(Delivery delivery, Person who) {
        return delivery.people().stream()
                .filter(member -> member.id().equals(who.user()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheDatabaseHasAndWhatNodesSayMakeOnePicture() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben, cat);
        long seq = log.post(ann, room, "dinner?");
        reads(ben, room, seq);
        reads(cat, room, seq - 1);
        ObjectNode here = served(room, seq).put("at", NOW.toEpochMilli()).put("way", "committed");
        socket(here, cat, Standing.WAITING);
        ObjectNode there = served(room, seq).put("at", NOW.toEpochMilli() + 4).put("way", "broker");
        socket(there, ben, Standing.SENT);
        answers.putAll(Map.of("n1", here, "n2", there));

        Delivery known = known(room, seq);

        assertThat(known.message().by()).isEqualTo(ann.user());
        assertThat(known.message().at().toEpochMilli())
                .isEqualTo(log.number("select ts from room_event where room_id = ? and seq = ?", room.value(), seq));
        assertThat(known.message().deleted()).isFalse();
        assertThat(known.nodes()).extracting(NodePassage::node).containsExactly("n1", "n2", "n3");
        assertThat(known.nodes())
                .extracting(NodePassage::state)
                .containsExactly(State.ARRIVED, State.ARRIVED, State.SILENT);
        assertThat(known.nodes().get(1).arrivedAt()).isEqualTo(NOW.plusMillis(4));
        assertThat(known.nodes()).extracting(NodePassage::way).containsExactly("committed", "broker", "");
        assertThat(known.isPublished()).isTrue();
        assertThat(known.isComplete()).isFalse();
        assertThat(known.listening(Standing.SENT)).isEqualTo(1);
        assertThat(known.listening(Standing.DUE)).isZero();
        assertThat(known.readers()).isEqualTo(new Delivery.Readers(1, 2));
        assertThat(of(known, ben).read()).isTrue();
        assertThat(of(known, ben).sockets()).singleElement().satisfies(socket -> {
            assertThat(socket.node()).isEqualTo("n2");
            assertThat(socket.standing()).isEqualTo(Standing.SENT);
            assertThat(socket.detail())
                    .isEqualTo(new NodePassage.Detail("c_sent", 7, Duration.ofSeconds(61), Duration.ofSeconds(2)));
        });
        assertThat(of(known, cat).read()).isFalse();
        assertThat(of(known, cat).sockets())
                .singleElement()
                .matches(socket -> socket.node().equals("n1"));
        assertThat(asked).singleElement().satisfies(question -> {
            assertThat(question.room()).isEqualTo(room);
            assertThat(question.users()).containsExactlyInAnyOrder(ann.user(), ben.user(), cat.user());
        });
    }

    @Test
    void aNodeThatCountsOtherwiseHasNotGotItOrDoesNotFollowTheRoomIsSaidToBeSo() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben);
        long seq = log.post(ann, room, "hi");

        answers.put("n1", Json.object().put("served", false));
        answers.put("n2", served(room, seq - 1));
        answers.put("n3", served(room, seq + 9));
        assertThat(known(room, seq).nodes())
                .extracting(NodePassage::state)
                .containsExactly(State.UNSERVED, State.MISSING, State.THERE);
        assertThat(known(room, seq).isComplete()).isTrue();
        assertThat(known(room, seq).isAtAllNodes()).isFalse();
        assertThat(known(room, seq).isPublished()).isFalse();

        ObjectNode other = served(room, seq).put("ep", "other").put("at", 1).put("way", "broker");
        socket(other, ben, Standing.SENT); // to another message that has this number
        answers.put("n2", other);
        answers.put("n3", Json.object().put("served", true).putNull("ep"));
        assertThat(known(room, seq).nodes())
                .extracting(NodePassage::state)
                .containsExactly(State.UNSERVED, State.OTHER_NUMBERS, State.UNSERVED);
        assertThat(answer(room, seq, ben)).isEqualTo(Answer.NOT_KNOWN);
        assertThat(known(room, seq).isNobodyListens()).isTrue();
        assertThat(known(room, seq).isAtAllNodes()).isFalse();
        assertThat(known(room, seq).isPublished()).isFalse();
    }

    @Test
    void membersComeInPagesByIdAndOnePersonAlone() {
        RoomId room = log.room(RoomKind.PRIVATE, ann, ben, cat);
        long seq = log.post(ben, room, "hi");
        List<UserId> all = Stream.of(ann, ben, cat)
                .map(Person::user)
                .sorted(Comparator.comparing(UserId::value))
                .toList();

        Delivery first = known(new Query(room, seq, null, "", 2));
        assertThat(first.people()).extracting(Member::id).isEqualTo(all.subList(0, 2));
        assertThat(first.more()).isTrue();
        assertThat(first.readers()).isEqualTo(new Delivery.Readers(0, 2));
        Delivery second = known(new Query(room, seq, null, all.get(1).value(), 2));
        assertThat(second.people()).extracting(Member::id).isEqualTo(all.subList(2, 3));
        assertThat(second.more()).isFalse();

        Person stranger = log.person();
        assertThat(known(new Query(room, seq, cat.user(), "", 50)).people())
                .singleElement()
                .satisfies(member -> {
                    assertThat(member.role()).isEqualTo("member");
                    assertThat(member.username()).isNotEmpty();
                });
        assertThat(known(new Query(room, seq, stranger.user(), "", 50)).people())
                .singleElement()
                .satisfies(member -> assertThat(member.role()).isNull());
        assertThat(known(new Query(room, seq, new UserId("u_nobody"), "", 50)).people())
                .isEmpty();
    }

    @Test
    void whoJoinedLaterIsSaidToHaveDoneSo() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben, cat);
        long seq = log.post(ann, room, "hi");
        log.update(
                "update room_member set joined_seq = ? where room_id = ? and user_id = ?",
                seq + 1,
                room.value(),
                ben.user().value());

        assertThat(of(known(room, seq), ben).joinedAfter()).isTrue();
        assertThat(of(known(room, seq), ann).joinedAfter()).isFalse();
        reads(cat, room, seq);
        reads(ben, room, seq + 1); // as history
        assertThat(known(room, seq).readers()).isEqualTo(new Delivery.Readers(1, 1));
    }

    @Test
    void ofTheSocketsOfMembersAdminsAloneSeeMoreThanHowTheyStandAndOfOthersNobodySeesAnything() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben);
        long seq = log.post(ann, room, "hi");
        ObjectNode here = served(room, seq);
        socket(here, ben, Standing.SENT);
        socket(here, cat, Standing.SILENT);
        answers.putAll(Map.of("n1", here, "n2", served(room, seq), "n3", served(room, seq)));
        var ofBen = new Query(room, seq, ben.user(), "", 50);
        var ofStranger = new Query(room, seq, cat.user(), "", 50);

        for (GlobalRole reader : List.of(GlobalRole.AUDITOR, GlobalRole.MODERATOR)) {
            Delivery known = known(ofBen, reader);
            assertThat(of(known, ben).sockets())
                    .containsExactly(new OpenSocket("n1", ben.user(), "socket", Standing.SENT, null));
            assertThat(known.nodes())
                    .flatExtracting(NodePassage::sockets)
                    .extracting(OpenSocket::detail)
                    .containsOnlyNulls();
        }
        assertThat(of(known(ofBen), ben).sockets())
                .singleElement()
                .extracting(OpenSocket::detail)
                .isNotNull();
        asked.clear();
        for (GlobalRole reader : List.of(GlobalRole.AUDITOR, GlobalRole.ADMIN)) {
            Delivery known = known(ofStranger, reader);
            assertThat(of(known, cat).sockets()).isEmpty();
            assertThat(known.answer(of(known, cat))).isEqualTo(Answer.NOT_KNOWN);
        }
        assertThat(asked).extracting(Question::users).containsOnly(List.of());
    }

    private Answer answer(RoomId room, long seq, Person who) {
        Delivery known = known(room, seq);
        return known.answer(of(known, who));
    }

    @Test
    void theStrongestThatIsKnownOfSomebodyIsTold() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben, cat);
        long seq = log.post(ann, room, "hi");
        answers.put("n2", served(room, seq));
        answers.put("n3", served(room, seq));
        assertThat(answer(room, seq, ben)).isEqualTo(Answer.NOT_CONNECTED);
        ObjectNode here = served(room, seq);
        answers.put("n1", here);

        var rising = new LinkedHashMap<Standing, Answer>();
        rising.put(Standing.SILENT, Answer.NOT_SENT);
        rising.put(Standing.EARLIER, Answer.NOT_SENT);
        rising.put(Standing.DUE, Answer.ON_ITS_WAY);
        rising.put(Standing.WAITING, Answer.ON_ITS_WAY);
        rising.put(Standing.SENT, Answer.SENT);
        rising.put(Standing.HAD, Answer.HAD);
        rising.forEach((standing, answer) -> {
            socket(here, ben, standing);
            assertThat(answer(room, seq, ben)).as("%s", standing).isEqualTo(answer);
        });
        reads(ben, room, seq);
        assertThat(answer(room, seq, ben)).isEqualTo(Answer.READ);
        assertThat(answer(room, seq, ann)).isEqualTo(Answer.WROTE);
    }

    @Test
    void nothingIsConcludedFromANodeThatIsSilentNorIsItDoneWhileOneLacksIt() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben, cat);
        long seq = log.post(ann, room, "hi");
        ObjectNode here = served(room, seq);
        socket(here, ben, Standing.SILENT);
        socket(here, cat, Standing.SENT);
        answers.put("n1", here);
        answers.put("n2", served(room, seq)); // and n3 says nothing

        assertThat(known(room, seq).isAtAllNodes()).isFalse();
        assertThat(known(room, seq).isWrittenToAll()).isFalse();
        assertThat(answer(room, seq, ben)).isEqualTo(Answer.NOT_KNOWN);
        assertThat(answer(room, seq, cat)).isEqualTo(Answer.SENT);

        answers.put("n3", served(room, seq - 1));
        assertThat(known(room, seq).isAtAllNodes()).isFalse();
        assertThat(known(room, seq).isWrittenToAll()).isFalse();
        assertThat(answer(room, seq, ben)).isEqualTo(Answer.NOT_SENT);

        answers.put("n3", served(room, seq));
        assertThat(known(room, seq).isAtAllNodes()).isTrue();
        assertThat(known(room, seq).isWrittenToAll()).isTrue();

        socket(here, ben, Standing.WAITING);
        assertThat(known(room, seq).isWrittenToAll()).isFalse();
    }

    @Test
    void withoutTheBrokerNobodyIsAskedInVain() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben);
        long seq = log.post(ann, room, "hi");
        answers.putAll(Map.of("n1", served(room, seq), "n2", served(room, seq), "n3", served(room, seq)));
        brokerUp = false;

        Delivery known = known(room, seq);

        assertThat(known.brokerUp()).isFalse();
        assertThat(known.nodes())
                .extracting(NodePassage::state)
                .containsExactly(State.THERE, State.SILENT, State.SILENT);
    }

    @Test
    void whatANodeOfAnotherVersionSaysBesideIsLeftOut() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben);
        long seq = log.post(ann, room, "hi");
        ObjectNode here = served(room, seq);
        socket(here, ben, Standing.SENT);
        here.withObject("listening").put("shown", 3);
        here.withArray("sockets").addObject().put("user", ben.user().value()).put("standing", "shown");
        answers.put("n1", here);

        assertThat(known(room, seq).nodes().getFirst().listening()).containsExactly(Map.entry(Standing.SENT, 1L));
        assertThat(of(known(room, seq), ben).sockets()).hasSize(1);
    }

    @Test
    void onlyMessagesHaveOneAndADeletedOneSaysThatItIs() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben);
        long seq = log.post(ann, room, "hi");
        log.delete(ann, room, seq);

        assertThat(known(room, seq).message().deleted()).isTrue();
        for (long none : new long[] {1, seq + 1, seq + 50}) { // the room's beginning, the deletion, nothing
            assertThat(refusal(trace.of(new Query(room, none, null, "", 50), GlobalRole.ADMIN)))
                    .isInstanceOf(Refusal.NotFound.class);
        }
        assertThat(refusal(trace.of(new Query(new RoomId("r_none"), 1, null, "", 50), GlobalRole.ADMIN)))
                .isInstanceOf(Refusal.NotFound.class);
    }

    @Test
    void readersOfAHugeRoomAreNotCounted() {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben);
        long seq = log.post(ann, room, "hi");
        log.update(
                "update room set members = ? where id = ?",
                DeliveryRows.MOST_COUNTED + 1,
                room.value()); // as if it had

        assertThat(known(room, seq).readers()).isNull();
    }

    @Test
    void fewAreAnsweredAtOnceAndEachGivesItsPlaceBack() throws Exception {
        RoomId room = log.room(RoomKind.PUBLIC, ann, ben);
        long seq = log.post(ann, room, "hi");
        var begun = new CountDownLatch(3);
        var go = new CountDownLatch(1);
        var slow = trace(new Asking() {
            @Override
            public Map<String, JsonNode> others(Question question, Set<String> names) {
                begun.countDown();
                try {
                    assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return Map.of();
            }
        });
        var query = new Query(room, seq, null, "", 50);
        try (var threads = Executors.newCachedThreadPool()) {
            var three = IntStream.range(0, 3)
                    .mapToObj(i -> threads.submit(() -> refusal(slow.of(query, GlobalRole.ADMIN))))
                    .toList();
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

            assertThat(refusal(slow.of(query, GlobalRole.ADMIN))).isInstanceOf(Refusal.Unavailable.class);
            go.countDown();
            for (var each : three) {
                assertThat(each.get()).isNull();
            }
        }
        assertThat(refusal(slow.of(query, GlobalRole.ADMIN))).isNull();
    }
}
