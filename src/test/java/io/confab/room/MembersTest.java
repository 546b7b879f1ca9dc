package io.confab.room;

import static io.confab.room.RoomScene.post;
import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand.InviteMember;
import io.confab.room.RoomCommand.JoinRoom;
import io.confab.room.RoomCommand.KickMember;
import io.confab.room.RoomCommand.LeaveRoom;
import io.confab.room.RoomCommand.SetRole;
import io.confab.room.RoomCommand.SetSanction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Joining, leaving, inviting, roles. */
class MembersTest {
    private final RoomScene scene = RoomScene.publicRoom();

    @Test
    void anyoneJoinsAPublicRoomOnce() {
        scene.happens("eve", new JoinRoom());

        assertThat(scene.last()).isEqualTo(new RoomEvent.MemberJoined(user("eve"), RoomRole.MEMBER));
        assertThat(scene.state().members()).isEqualTo(6);
        scene.isSoAlready("eve", new JoinRoom());
    }

    @Test
    void memberLeavesAndIsAStranger() {
        scene.happens("ann", new LeaveRoom());

        assertThat(scene.last()).isEqualTo(new RoomEvent.MemberLeft(user("ann"), null));
        assertThat(scene.state().members()).isEqualTo(4);
        scene.refused("ann", post("still here?"), Refusal.NotMember.class);
        scene.refused("ann", new LeaveRoom(), Refusal.NotMember.class);
    }

    @Test
    void ownerLeavesLast() {
        scene.refused("olga", new LeaveRoom(), Refusal.Conflict.class);
        scene.happens("olga", new SetRole(user("ann"), RoomRole.OWNER));
        scene.refused("olga", new LeaveRoom(), Refusal.Conflict.class);
        scene.happens("ann", new SetRole(user("olga"), RoomRole.MEMBER));
        scene.happens("olga", new LeaveRoom());
        for (String other : List.of("mo", "max", "bob")) {
            scene.happens(other, new LeaveRoom());
        }

        scene.happens("ann", new LeaveRoom());
        assertThat(scene.state().members()).isZero();
    }

    @Test
    void membersInviteAsMembersAndOnlyOwnersAsMore() {
        RoomScene hidden = RoomScene.privateRoom();

        hidden.refused("ann", new InviteMember(user("eve"), RoomRole.MODERATOR), Refusal.Forbidden.class);
        hidden.refused("mo", new InviteMember(user("eve"), RoomRole.MODERATOR), Refusal.Forbidden.class);
        hidden.happens("ann", new InviteMember(user("eve"), RoomRole.MEMBER));
        hidden.isSoAlready("bob", new InviteMember(user("eve"), RoomRole.MEMBER));
        hidden.happens("olga", new InviteMember(user("aud"), RoomRole.MODERATOR));

        assertThat(hidden.person("eve").role()).isEqualTo(RoomRole.MEMBER);
        assertThat(hidden.person("aud").role()).isEqualTo(RoomRole.MODERATOR);
    }

    @Test
    void nobodyIsInvitedWhoDoesNotExist() {
        scene.refused("olga", new InviteMember(new UserId("u_ghost"), RoomRole.MEMBER), Refusal.NotFound.class);
    }

    @Test
    void invitationDoesNotLiftABan() {
        scene.happens("mo", new SetSanction(user("ann"), SanctionKind.BAN, null, null));

        scene.refused("bob", new InviteMember(user("ann"), RoomRole.MEMBER), Refusal.Conflict.class);
        scene.refused("olga", new InviteMember(user("ann"), RoomRole.MEMBER), Refusal.Conflict.class);
        scene.refused("ann", new JoinRoom(), Refusal.Banned.class);
    }

    @Test
    void roomHasItsBound() {
        var settings = Map.of("confab.room.max-members", "6");
        RoomScene small =
                RoomScene.publicRoom(RoomRules.from(new Configuration(key -> Optional.ofNullable(settings.get(key)))));

        small.happens("eve", new JoinRoom());
        small.refused("aud", new JoinRoom(), Refusal.Conflict.class);
        small.refused("olga", new InviteMember(user("aud"), RoomRole.MEMBER), Refusal.Conflict.class);
        small.isSoAlready("eve", new JoinRoom());
    }

    @Test
    void onlyOwnersGiveRolesAndNobodyTheirOwn() {
        scene.refused("ann", new SetRole(user("ann"), RoomRole.OWNER), Refusal.Forbidden.class);
        scene.refused("mo", new SetRole(user("ann"), RoomRole.MODERATOR), Refusal.Forbidden.class);
        scene.refused("olga", new SetRole(user("olga"), RoomRole.MEMBER), Refusal.Forbidden.class);
        scene.refused("olga", new SetRole(user("eve"), RoomRole.MEMBER), Refusal.NotFound.class);
        scene.happens("olga", new SetRole(user("ann"), RoomRole.MODERATOR));

        assertThat(scene.last()).isEqualTo(new RoomEvent.MemberRoleChanged(user("ann"), RoomRole.MODERATOR));
        scene.isSoAlready("olga", new SetRole(user("ann"), RoomRole.MODERATOR));
        assertThat(scene.state().members()).isEqualTo(5);
    }

    @Test
    void directRoomStaysAsItIs() {
        RoomScene direct = RoomScene.directRoom();

        direct.isSoAlready("ann", new JoinRoom());
        direct.refused("ann", new LeaveRoom(), Refusal.Forbidden.class);
        direct.refused("ann", new InviteMember(user("bob"), RoomRole.MEMBER), Refusal.Forbidden.class);
        direct.refused("ann", new KickMember(user("olga"), null), Refusal.Forbidden.class);
        direct.refused("ann", new SetRole(user("olga"), RoomRole.OWNER), Refusal.Forbidden.class);
        direct.refused("ann", new SetSanction(user("olga"), SanctionKind.BAN, null, null), Refusal.Forbidden.class);
        direct.refused("ann", new RoomCommand.UpdateRoom("us", null, null, null), Refusal.Forbidden.class);
        direct.refused("ann", new RoomCommand.ArchiveRoom(), Refusal.Forbidden.class);
        direct.happens("ann", post("hi"));
        direct.happens("olga", post("hi"));
    }
}
