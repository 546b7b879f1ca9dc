package io.confab.room;

import static io.confab.room.RoomScene.EVERYBODY;
import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.UserId;
import io.confab.log.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/** What holds after any interleaving of anybody's commands. */
class RoomPropertiesTest {
    private static final Set<String> STAFF = Set.of("glo", "ada", "aud");

    /** @param pause on the clock, before the command */
    record Step(String who, RoomCommand command, @Nullable String cid, Duration pause) {}

    private static RoomScene played(List<Step> steps) {
        RoomScene scene = RoomScene.publicRoom();
        for (Step step : steps) {
            scene.later(step.pause());
            scene.by(step.who(), step.command(), step.cid());
        }
        return scene;
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void numbersHaveNoHolesAndTimesDoNotRunBack(@ForAll("histories") List<Step> steps) {
        RoomScene scene = played(steps);

        Instant before = Instant.EPOCH;
        long seq = 0;
        for (LoggedEvent logged : scene.events()) {
            assertThat(logged.seq()).isEqualTo(++seq);
            assertThat(logged.ts()).isAfterOrEqualTo(before);
            before = logged.ts();
        }
        assertThat(scene.state().head()).isEqualTo(seq);
        assertThat(scene.state().lastTs()).isEqualTo(before);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatIsRefusedOrRepeatedLeavesNoTrace(@ForAll("histories") List<Step> steps) {
        RoomScene scene = RoomScene.publicRoom();
        for (Step step : steps) {
            scene.later(step.pause());
            RoomState state = scene.state();
            List<LoggedEvent> events = scene.events();
            Map<String, Membership> people = people(scene);

            Answer answer = scene.by(step.who(), step.command(), step.cid());

            if (answer instanceof Answer.Accepted accepted && !accepted.duplicate()) {
                assertThat(accepted.seq()).isEqualTo(state.head() + 1);
                assertThat(scene.state().head()).isGreaterThan(state.head());
            } else {
                assertThat(scene.state()).isEqualTo(state);
                assertThat(scene.events()).isEqualTo(events);
                assertThat(people(scene)).isEqualTo(people);
            }
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void sameLogAlwaysLeadsToTheSameState(@ForAll("histories") List<Step> steps) {
        RoomScene scene = played(steps);
        RoomState room = RoomEvolution.nothing(scene.room, scene.state().epoch());
        Map<String, Membership> people = new HashMap<>();
        EVERYBODY.forEach(name -> people.put(name, Membership.none(user(name))));

        for (LoggedEvent logged : scene.events()) {
            LoggedEvent read = EventJson.decode(EventJson.encode(logged));
            RoomState before = room;
            people.replaceAll((name, person) -> RoomEvolution.evolve(person, before, read));
            room = RoomEvolution.evolve(before, read);
        }

        assertThat(room).isEqualTo(scene.state());
        assertThat(people).isEqualTo(people(scene));
        assertThat(room.members()).isEqualTo((int)
                people.values().stream().filter(person -> person.role() != null).count());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void retriedCommandGetsTheFirstAnswer(@ForAll("histories") List<Step> steps) {
        RoomScene scene = RoomScene.publicRoom();
        Map<Step, Answer.Accepted> firsts = new HashMap<>();
        for (Step step : steps) {
            if (scene.by(step.who(), step.command(), step.cid()) instanceof Answer.Accepted accepted
                    && step.cid() != null
                    && !accepted.duplicate()) {
                firsts.put(step, accepted);
            }
        }
        RoomState end = scene.state();

        firsts.forEach((step, first) -> assertThat(scene.by(step.who(), step.command(), step.cid()))
                .isEqualTo(
                        new Answer.Accepted(first.room(), first.epoch(), first.seq(), first.ts(), first.cid(), true)));
        assertThat(scene.state()).isEqualTo(end);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void nobodyDoesAnythingWhileBannedOrSpeaksWhileMuted(@ForAll("histories") List<Step> steps) {
        RoomScene scene = played(steps);
        RoomState room = RoomEvolution.nothing(scene.room, scene.state().epoch());
        Map<UserId, Membership> people = new HashMap<>();
        EVERYBODY.forEach(name -> people.put(user(name), Membership.none(user(name))));

        for (LoggedEvent logged : scene.events()) {
            Membership by = people.get(logged.by());
            boolean staff = STAFF.stream().anyMatch(name -> user(name).equals(logged.by()));
            assertThat(by.isBannedAt(logged.ts()) && !staff).isFalse();
            if (logged.event() instanceof RoomEvent.MessagePosted
                    || logged.event() instanceof RoomEvent.MessageEdited) {
                assertThat(by.isActiveAt(logged.ts())).isTrue();
                assertThat(by.isMutedAt(logged.ts())).isFalse();
            }
            RoomState before = room;
            people.replaceAll((user, person) -> RoomEvolution.evolve(person, before, logged));
            room = RoomEvolution.evolve(before, logged);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void roomWithoutStaffKeepsAnOwner(@ForAll("histories") List<Step> steps) {
        RoomScene scene = played(
                steps.stream().filter(step -> !STAFF.contains(step.who())).toList());

        boolean owned = people(scene).values().stream().anyMatch(person -> person.role() == RoomRole.OWNER);
        assertThat(owned || scene.state().members() == 0 || scene.state().head() == 0)
                .isTrue();
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void deletedTextIsNowhereInTheLog(@ForAll("histories") List<Step> steps) {
        RoomScene scene = played(steps);
        String log =
                String.join("\n", scene.events().stream().map(EventJson::encode).toList());

        for (long gone : gone(scene.events())) {
            assertThat(scene.event(gone)).isInstanceOfSatisfying(RoomEvent.MessagePosted.class, posted -> {
                assertThat(posted.body()).isNull();
                assertThat(posted.mentions()).isEmpty();
            });
            assertThat(log).doesNotContain("\"seq\":" + gone + ",\"body\":{");
        }
    }

    /** Numbers of the messages that do not stand. */
    private static Set<Long> gone(List<LoggedEvent> events) {
        var gone = new HashSet<Long>();
        for (LoggedEvent logged : events) {
            switch (logged.event()) {
                case RoomEvent.MessageDeleted deleted -> gone.add(deleted.target());
                case RoomEvent.MessagesDeleted deleted -> gone.addAll(deleted.targets());
                case RoomEvent.MessageRestored restored -> gone.remove(restored.target());
                default -> {} // no other takes one away or brings one back
            }
        }
        return gone;
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatComesBackIsWhatWasTakenAndNothingThatItsAuthorDeleted(@ForAll("histories") List<Step> steps) {
        RoomScene scene = RoomScene.publicRoom();
        Map<Long, MessageBody> said = new HashMap<>();
        for (Step step : steps) {
            scene.later(step.pause());
            long head = scene.state().head();
            scene.by(step.who(), step.command(), step.cid());
            for (LoggedEvent logged :
                    scene.events().subList((int) head, (int) scene.state().head())) {
                switch (logged.event()) {
                    case RoomEvent.MessagePosted posted -> said.put(logged.seq(), posted.body());
                    case RoomEvent.MessageEdited edited -> said.put(edited.target(), edited.body());
                    case RoomEvent.MessageDeleted deleted
                    when !deleted.hidden()
                            && scene.events()
                                    .get((int) deleted.target() - 1)
                                    .by()
                                    .equals(logged.by()) -> said.remove(deleted.target());
                    case RoomEvent.MessageRestored restored ->
                        assertThat(restored.body()).isNotNull().isEqualTo(said.get(restored.target()));
                    default -> {} // what else is taken away may come back
                }
            }
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void noMoreIsPinnedThanMayBeAndOnlyWhatStands(@ForAll("histories") List<Step> steps) {
        RoomScene scene = RoomScene.publicRoom(PinsTest.rules(3));
        steps.forEach(step -> scene.by(step.who(), step.command(), step.cid()));
        Map<Long, Long> pins = Map.of();
        var gone = new HashSet<Long>();

        for (LoggedEvent logged : scene.events()) {
            gone.addAll(gone(List.of(logged)));
            if (logged.event() instanceof RoomEvent.MessageRestored restored) {
                gone.remove(restored.target());
            }
            pins = RoomEvolution.evolve(pins, logged);

            assertThat(pins).hasSizeLessThanOrEqualTo(3);
            assertThat(pins.keySet()).allMatch(seq -> !gone.contains(seq));
            assertThat(pins.entrySet()).allSatisfy(pin -> {
                assertThat(scene.event(pin.getKey())).isInstanceOf(RoomEvent.MessagePosted.class);
                assertThat(scene.event(pin.getValue())).isEqualTo(new RoomEvent.MessagePinned(pin.getKey()));
            });
        }
        pins.forEach((message, pinned) -> assertThat(scene.by("glo", new RoomCommand.PinMessage(message)))
                .isInstanceOfSatisfying(Answer.Accepted.class, again -> {
                    assertThat(again.seq()).isEqualTo(pinned);
                    assertThat(again.duplicate()).isTrue();
                }));
    }

    private static Map<String, Membership> people(RoomScene scene) {
        Map<String, Membership> people = new HashMap<>();
        EVERYBODY.forEach(name -> people.put(name, scene.person(name)));
        return people;
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(
                        Arbitraries.of(EVERYBODY),
                        commands(),
                        Arbitraries.of("k1", "k2", "k3", "k4", "k5").injectNull(0.6),
                        Arbitraries.of(
                                Duration.ZERO, Duration.ofMillis(1), Duration.ofSeconds(3), Duration.ofSeconds(-2)))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(80);
    }

    private static Arbitrary<RoomCommand> commands() {
        Arbitrary<UserId> people = Arbitraries.of(EVERYBODY).map(RoomScene::user);
        Arbitrary<RoomRole> roles = Arbitraries.of(RoomRole.class);
        Arbitrary<SanctionKind> sanctions = Arbitraries.of(SanctionKind.class);
        Arbitrary<Long> numbers = Arbitraries.longs().between(1, 40);
        Arbitrary<MessageBody> bodies =
                Arbitraries.of("hi", "@ann look", "🙂 @bob.", "so it goes").map(RoomScene::text);
        var kinds = new ArrayList<Tuple2<Integer, Arbitrary<RoomCommand>>>();
        add(
                kinds,
                10,
                Combinators.combine(bodies, numbers.injectNull(0.8), numbers.injectNull(0.9))
                        .as(RoomCommand.PostMessage::new));
        add(kinds, 6, Combinators.combine(numbers, bodies).as(RoomCommand.EditMessage::new));
        add(kinds, 6, numbers.map(seq -> new RoomCommand.DeleteMessage(seq, null)));
        add(kinds, 4, numbers.map(seq -> new RoomCommand.HideMessage(seq, null)));
        add(kinds, 6, numbers.map(RoomCommand.RestoreMessage::new));
        add(kinds, 2, numbers.list().ofMinSize(1).ofMaxSize(4).map(seqs -> new RoomCommand.RemoveMessages(seqs, null)));
        add(kinds, 6, numbers.map(RoomCommand.PinMessage::new));
        add(kinds, 2, numbers.map(RoomCommand.UnpinMessage::new));
        add(kinds, 3, Arbitraries.just(new RoomCommand.JoinRoom()));
        add(kinds, 2, Arbitraries.just(new RoomCommand.LeaveRoom()));
        add(kinds, 2, Combinators.combine(people, roles).as(RoomCommand.InviteMember::new));
        add(kinds, 2, people.map(user -> new RoomCommand.KickMember(user, null)));
        add(kinds, 3, Combinators.combine(people, roles).as(RoomCommand.SetRole::new));
        add(
                kinds,
                4,
                Combinators.combine(people, sanctions, untils())
                        .as((user, kind, until) -> new RoomCommand.SetSanction(user, kind, until, "because")));
        add(kinds, 2, Combinators.combine(people, sanctions).as(RoomCommand.LiftSanction::new));
        add(
                kinds,
                2,
                Combinators.combine(Arbitraries.of(RoomMode.class), Arbitraries.of(0, 2))
                        .as((mode, slow) -> new RoomCommand.UpdateRoom(null, "about", mode, Duration.ofSeconds(slow))));
        return Arbitraries.frequencyOf(kinds);
    }

    private static Arbitrary<Instant> untils() {
        return Arbitraries.integers()
                .between(1, 20)
                .map(RoomScene.START::plusSeconds)
                .injectNull(0.3);
    }

    private static void add(
            List<Tuple2<Integer, Arbitrary<RoomCommand>>> kinds,
            int weight,
            Arbitrary<? extends RoomCommand> commands) {
        kinds.add(Tuple.of(weight, commands.map(command -> command)));
    }
}
