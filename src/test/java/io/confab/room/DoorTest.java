package io.confab.room;

import static io.confab.room.RoomScene.post;
import static io.confab.room.RoomScene.text;
import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.log.Answer;
import io.confab.log.RoomLog.Submission;
import io.confab.room.RoomCommand.ArchiveRoom;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomCommand.EditMessage;
import io.confab.room.RoomCommand.InviteMember;
import io.confab.room.RoomCommand.JoinRoom;
import io.confab.room.RoomCommand.KickMember;
import io.confab.room.RoomCommand.LeaveRoom;
import io.confab.room.RoomCommand.LiftSanction;
import io.confab.room.RoomCommand.SetRole;
import io.confab.room.RoomCommand.SetSanction;
import io.confab.room.RoomCommand.UpdateRoom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checks before any rule: suspended, banned, outside, archived, frozen. */
class DoorTest {
    private static final List<RoomCommand> ALL_BUT_JOIN = List.of(
            post("hi"),
            new EditMessage(7, text("edited")),
            new DeleteMessage(7, null),
            new RoomCommand.HideMessage(7, null),
            new RoomCommand.RestoreMessage(7),
            new RoomCommand.RemoveMessages(List.of(7L), null),
            new RoomCommand.ReturnMessage(7, 8, false, null),
            new LeaveRoom(),
            new InviteMember(user("eve"), RoomRole.MEMBER),
            new KickMember(user("bob"), null),
            new SetRole(user("bob"), RoomRole.OWNER),
            new SetSanction(user("bob"), SanctionKind.MUTE, null, null),
            new LiftSanction(user("bob"), SanctionKind.BAN),
            new UpdateRoom(null, "topic", null, null),
            new ArchiveRoom());

    @Test
    void strangerToAPublicRoomIsToldToJoin() {
        RoomScene scene = RoomScene.publicRoom();

        ALL_BUT_JOIN.forEach(command -> scene.refused("eve", command, Refusal.NotMember.class));
        scene.happens("eve", new JoinRoom());
    }

    @Test
    void strangerToAHiddenRoomLearnsNothing() {
        for (RoomScene scene : List.of(RoomScene.privateRoom(), RoomScene.directRoom())) {
            var nowhere = new Submission(user("eve"), new SignInId("s_eve"), new RoomId("r_none"), post("hi"), null);
            Answer noRoom = scene.log.submit(nowhere).toCompletableFuture().join();

            ALL_BUT_JOIN.forEach(command -> assertThat(scene.by("eve", command)).isEqualTo(noRoom));
            assertThat(scene.by("eve", new JoinRoom())).isEqualTo(noRoom);
            assertThat(noRoom).isEqualTo(new Answer.Refused(RoomDecisions.NO_SUCH_ROOM));
        }
    }

    @Test
    void bannedStrangerToAPrivateRoomLearnsNothingEither() {
        RoomScene scene = RoomScene.privateRoom();
        scene.happens("mo", new SetSanction(user("eve"), SanctionKind.BAN, null, null));

        assertThat(scene.refused("eve", new JoinRoom(), Refusal.NotFound.class)).isEqualTo(RoomDecisions.NO_SUCH_ROOM);
    }

    @Test
    void banClosesEveryDoorWithOneCode() {
        for (RoomScene scene : List.of(RoomScene.publicRoom(), RoomScene.privateRoom())) {
            scene.happens("ann", post("before the ban"));
            var until = scene.now().plusSeconds(3600);
            scene.happens("mo", new SetSanction(user("ann"), SanctionKind.BAN, until, "spam"));

            for (RoomCommand command : ALL_BUT_JOIN) {
                assertThat(scene.refused("ann", command, Refusal.Banned.class).until())
                        .isEqualTo(until);
            }
            scene.refused("ann", new JoinRoom(), Refusal.Banned.class);
        }
    }

    @Test
    void suspendedAccountDoesNothing() {
        RoomScene scene = RoomScene.publicRoom();
        scene.suspend("olga");

        ALL_BUT_JOIN.forEach(command -> scene.refused("olga", command, Refusal.Forbidden.class));
        scene.refused("olga", new JoinRoom(), Refusal.Forbidden.class);
    }

    @Test
    void globalModeratorActsWithoutBeingAMemberButDoesNotSpeak() {
        RoomScene scene = RoomScene.privateRoom();
        long seq = scene.happens("ann", post("bad"));

        scene.happens("glo", new DeleteMessage(seq, null));
        scene.happens("glo", new SetSanction(user("ann"), SanctionKind.MUTE, null, null));
        scene.happens("glo", new KickMember(user("olga"), null));
        scene.happens("glo", new UpdateRoom(null, null, RoomMode.FROZEN, null));
        scene.refused("glo", post("hello"), Refusal.NotFound.class);
        scene.refused("glo", new SetRole(user("ann"), RoomRole.OWNER), Refusal.NotFound.class);
        scene.refused("glo", new ArchiveRoom(), Refusal.NotFound.class);
        scene.refused("aud", new DeleteMessage(seq, null), Refusal.NotFound.class);
    }

    @Test
    void adminAlsoGivesRolesInvitesAndArchives() {
        RoomScene scene = RoomScene.privateRoom();

        scene.happens("ada", new SetRole(user("ann"), RoomRole.OWNER));
        scene.happens("ada", new InviteMember(user("eve"), RoomRole.OWNER));
        scene.happens("ada", new ArchiveRoom());
    }

    @Test
    void directRoomIsClosedToStaffButForTakingAMessageAway() {
        RoomScene scene = RoomScene.directRoom();
        long seq = scene.happens("ann", post("between us"));

        scene.happens("glo", new DeleteMessage(seq, null));
        scene.refused("glo", post("hello"), Refusal.NotFound.class);
        scene.refused("ada", new ArchiveRoom(), Refusal.NotFound.class);
    }

    @Test
    void banDoesNotTakeWhatTheGlobalRoleGives() {
        RoomScene scene = RoomScene.publicRoom();
        long seq = scene.happens("ann", post("bad"));
        scene.happens("glo", new JoinRoom());
        scene.happens("olga", new SetSanction(user("glo"), SanctionKind.BAN, null, null));

        scene.refused("glo", post("hi"), Refusal.Banned.class);
        scene.happens("glo", new DeleteMessage(seq, null));
        scene.refused("glo", new LiftSanction(user("glo"), SanctionKind.BAN), Refusal.Forbidden.class);
    }

    @Test
    void archivedRoomChangesNoMore() {
        RoomScene scene = RoomScene.publicRoom();
        long seq = scene.happens("ann", post("old"));
        scene.refused("mo", new ArchiveRoom(), Refusal.Forbidden.class);
        scene.happens("olga", new ArchiveRoom());

        assertThat(scene.state().archived()).isTrue();
        scene.refused("ann", post("hi"), Refusal.RoomArchived.class);
        scene.refused("ann", new DeleteMessage(seq, null), Refusal.RoomArchived.class);
        scene.refused("eve", new JoinRoom(), Refusal.RoomArchived.class);
        scene.refused("olga", new UpdateRoom("new", null, null, null), Refusal.RoomArchived.class);
        scene.isSoAlready("olga", new ArchiveRoom());
        scene.happens("glo", new DeleteMessage(seq, "unlawful"));
        scene.happens("ann", new LeaveRoom());
    }

    @Test
    void frozenRoomMovesOnlyForGlobalStaff() {
        RoomScene scene = RoomScene.publicRoom();
        long seq = scene.happens("ann", post("hi"));
        scene.happens("mo", new UpdateRoom(null, null, RoomMode.FROZEN, null));

        for (String who : List.of("olga", "mo", "ann")) {
            for (RoomCommand command : ALL_BUT_JOIN) {
                scene.refused(who, command, Refusal.RoomFrozen.class);
            }
        }
        scene.refused("eve", new JoinRoom(), Refusal.RoomFrozen.class);
        scene.happens("glo", new DeleteMessage(seq, null));
        scene.happens("glo", new UpdateRoom(null, null, RoomMode.OPEN, null));
        scene.later(Duration.ofSeconds(1));
        scene.happens("ann", post("thawed"));
    }
}
