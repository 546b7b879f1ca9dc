package io.confab.room;

import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand.CreateRoom;
import io.confab.room.RoomCommand.UpdateRoom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A room's beginning, name, topic and modes. */
class RoomSettingsTest {
    private static final Set<UserId> ACCOUNTS = Set.of(user("olga"), user("ann"), user("bob"));

    private final RoomScene scene = RoomScene.publicRoom();
    private final RoomDecisions decisions = new RoomDecisions(RoomRules.defaults());

    private Creation create(RoomKind kind, String name, String... members) {
        var creator = new Facts.Actor(user("olga"), io.confab.kernel.GlobalRole.USER, false);
        var command = new CreateRoom(
                kind,
                name,
                java.util.Arrays.stream(members).map(RoomScene::user).toList());
        return decisions.create(command, creator, ACCOUNTS);
    }

    @Test
    void moderatorsChangeTopicAndModeOwnersAlsoTheName() {
        scene.refused("ann", new UpdateRoom(null, "topic", null, null), Refusal.Forbidden.class);
        scene.refused("mo", new UpdateRoom("name", "topic", null, null), Refusal.Forbidden.class);
        scene.happens("mo", new UpdateRoom(null, "topic", RoomMode.HALL, Duration.ofSeconds(3)));
        scene.happens("olga", new UpdateRoom("name", null, null, null));
        scene.happens("glo", new UpdateRoom("better name", null, null, null));

        assertThat(scene.state())
                .extracting(RoomState::name, RoomState::topic, RoomState::mode, RoomState::slowMode)
                .containsExactly("better name", "topic", RoomMode.HALL, Duration.ofSeconds(3));
    }

    @Test
    void onlyWhatDiffersIsInTheEvent() {
        scene.happens("olga", new UpdateRoom("the room", "topic", RoomMode.OPEN, null));

        assertThat(scene.last()).isEqualTo(new RoomEvent.RoomUpdated(null, "topic", null, null));
        scene.isSoAlready("olga", new UpdateRoom("the room", "topic", RoomMode.OPEN, Duration.ZERO));
    }

    @Test
    void changeIsWithinBounds() {
        List.of(
                        new UpdateRoom(null, null, null, null),
                        new UpdateRoom("", null, null, null),
                        new UpdateRoom("\u2800", null, null, null),
                        new UpdateRoom("a\u202Eb", null, null, null),
                        new UpdateRoom("x".repeat(101), null, null, null),
                        new UpdateRoom(null, "x".repeat(501), null, null),
                        new UpdateRoom(null, null, null, Duration.ofMillis(-1)),
                        new UpdateRoom(null, null, null, Duration.ofHours(6).plusMillis(1)))
                .forEach(command -> scene.refused("olga", command, Refusal.BadRequest.class));
        scene.happens("olga", new UpdateRoom("😀".repeat(100), "😀".repeat(500), null, Duration.ofHours(6)));
        scene.happens("olga", new UpdateRoom(null, "", null, null));
    }

    @Test
    void creatorOwnsTheRoom() {
        assertThat(create(RoomKind.PRIVATE, "team", "ann", "olga", "ann", "bob"))
                .isEqualTo(new Creation.Created(
                        List.of(
                                new RoomEvent.RoomCreated(RoomKind.PRIVATE, "team"),
                                new RoomEvent.MemberJoined(user("olga"), RoomRole.OWNER),
                                new RoomEvent.MemberJoined(user("ann"), RoomRole.MEMBER),
                                new RoomEvent.MemberJoined(user("bob"), RoomRole.MEMBER)),
                        null));
    }

    @Test
    void directRoomIsOfTwoAndKnownByBoth() {
        Creation created = create(RoomKind.DIRECT, "ignored", "ann");

        assertThat(created)
                .isEqualTo(new Creation.Created(
                        List.of(
                                new RoomEvent.RoomCreated(RoomKind.DIRECT, ""),
                                new RoomEvent.MemberJoined(user("olga"), RoomRole.MEMBER),
                                new RoomEvent.MemberJoined(user("ann"), RoomRole.MEMBER)),
                        "u_ann:u_olga"));
        assertThat(RoomDecisions.directKey(user("ann"), user("olga"))).isEqualTo("u_ann:u_olga");
    }

    @Test
    void directRoomOfOneOrThreeIsRefused() {
        assertThat(create(RoomKind.DIRECT, "")).isInstanceOf(Creation.Refused.class);
        assertThat(create(RoomKind.DIRECT, "", "olga")).isInstanceOf(Creation.Refused.class);
        assertThat(create(RoomKind.DIRECT, "", "ann", "bob")).isInstanceOf(Creation.Refused.class);
    }

    @Test
    void roomIsNotCreatedWithANamelessNameOrUnknownPeople() {
        assertThat(create(RoomKind.PUBLIC, "\u200B"))
                .isInstanceOfSatisfying(
                        Creation.Refused.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.BadRequest.class));
        assertThat(create(RoomKind.PUBLIC, "team", "ghost"))
                .isInstanceOfSatisfying(
                        Creation.Refused.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.NotFound.class));
        assertThat(create(RoomKind.PUBLIC, "team", "ann,".repeat(101).split(",")))
                .isInstanceOfSatisfying(
                        Creation.Refused.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.BadRequest.class));
    }

    @Test
    void suspendedAccountCreatesNothing() {
        var suspended = new Facts.Actor(user("olga"), io.confab.kernel.GlobalRole.USER, true);

        Creation creation = decisions.create(new CreateRoom(RoomKind.PUBLIC, "x", List.of()), suspended, ACCOUNTS);

        assertThat(creation)
                .isInstanceOfSatisfying(
                        Creation.Refused.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Forbidden.class));
    }
}
