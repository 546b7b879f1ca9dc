package io.confab.room;

import static io.confab.room.RoomScene.post;
import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand.JoinRoom;
import io.confab.room.RoomCommand.KickMember;
import io.confab.room.RoomCommand.LiftSanction;
import io.confab.room.RoomCommand.SetSanction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mutes, bans, kicks: who may on whom, and what remains. */
class SanctionsTest {
    private final RoomScene scene = RoomScene.publicRoom();

    private static SetSanction ban(String name) {
        return new SetSanction(user(name), SanctionKind.BAN, null, null);
    }

    private static LiftSanction unban(String name) {
        return new LiftSanction(user(name), SanctionKind.BAN);
    }

    @Test
    void onlyWhoRanksHigherMayAct() {
        for (RoomCommand onMo : List.of(ban("mo"), unban("mo"), new KickMember(user("mo"), null))) {
            scene.refused("ann", onMo, Refusal.Forbidden.class);
            scene.refused("max", onMo, Refusal.Forbidden.class);
        }
        scene.refused("mo", ban("olga"), Refusal.Forbidden.class);
        scene.happens("olga", ban("mo"));
        scene.happens("glo", ban("olga"));
    }

    @Test
    void nobodyActsOnThemself() {
        for (String who : List.of("olga", "mo", "ann")) {
            scene.refused(who, ban(who), Refusal.Forbidden.class);
            scene.refused(who, new KickMember(user(who), null), Refusal.Forbidden.class);
        }
        scene.refused("ada", ban("ada"), Refusal.Forbidden.class);
    }

    @Test
    void mutedModeratorCannotUnmuteThemself() {
        scene.happens("olga", new SetSanction(user("mo"), SanctionKind.MUTE, null, null));

        scene.refused("mo", new LiftSanction(user("mo"), SanctionKind.MUTE), Refusal.Forbidden.class);
    }

    @Test
    void nobodyIsBannedWhoDoesNotExist() {
        var ghost = new SetSanction(new UserId("u_ghost"), SanctionKind.BAN, null, null);

        scene.refused("olga", ghost, Refusal.NotFound.class);
    }

    @Test
    void unbanRestoresExactlyTheFormerRights() {
        Membership before = scene.person("mo");
        scene.happens("olga", ban("mo"));
        assertThat(scene.person("mo").isActiveAt(scene.now())).isFalse();
        assertThat(scene.state().members()).isEqualTo(5);

        scene.happens("olga", unban("mo"));

        assertThat(scene.person("mo")).isEqualTo(before);
        scene.happens("mo", ban("ann"));
    }

    @Test
    void banThatRunsOutRestoresTheFormerRights() {
        scene.happens(
                "olga",
                new SetSanction(user("mo"), SanctionKind.BAN, scene.now().plusSeconds(60), null));

        scene.refused("mo", ban("ann"), Refusal.Banned.class);
        scene.later(Duration.ofSeconds(60));
        scene.isSoAlready("mo", new JoinRoom());
        scene.happens("mo", ban("ann"));
    }

    @Test
    void whoIsBannedBeforeJoiningStaysOut() {
        scene.happens("mo", ban("eve"));

        assertThat(scene.refused("eve", new JoinRoom(), Refusal.Banned.class).until())
                .isNull();
        scene.happens("mo", unban("eve"));
        scene.refused("eve", post("hi"), Refusal.NotMember.class);
        scene.happens("eve", new JoinRoom());
    }

    @Test
    void sameSanctionAgainIsSoAlreadyAndAnotherEndIsNot() {
        Instant until = scene.now().plusSeconds(60);
        scene.happens("mo", new SetSanction(user("ann"), SanctionKind.MUTE, until, "spam"));

        scene.isSoAlready("max", new SetSanction(user("ann"), SanctionKind.MUTE, until, "also spam"));
        scene.happens("max", new SetSanction(user("ann"), SanctionKind.MUTE, until.plusSeconds(1), null));
        scene.happens("max", new SetSanction(user("ann"), SanctionKind.MUTE, null, null));
        scene.isSoAlready("mo", new SetSanction(user("ann"), SanctionKind.MUTE, null, null));
    }

    @Test
    void liftingWhatDoesNotRunIsSoAlready() {
        scene.isSoAlready("mo", unban("ann"));
        scene.happens(
                "mo", new SetSanction(user("ann"), SanctionKind.BAN, scene.now().plusSeconds(1), null));
        scene.later(Duration.ofSeconds(1));
        scene.isSoAlready("mo", unban("ann"));
    }

    @Test
    void endOfASanctionLiesAheadInMilliseconds() {
        Instant now = scene.now();
        scene.refused("mo", new SetSanction(user("ann"), SanctionKind.BAN, now, null), Refusal.BadRequest.class);
        scene.refused(
                "mo", new SetSanction(user("ann"), SanctionKind.BAN, Instant.MAX, null), Refusal.BadRequest.class);
        scene.happens("mo", new SetSanction(user("ann"), SanctionKind.BAN, now.plusNanos(5_999_999), null));

        assertThat(scene.person("ann").bannedUntil()).isEqualTo(now.plusMillis(5));
    }

    @Test
    void reasonIsBounded() {
        var endless = new SetSanction(user("ann"), SanctionKind.BAN, null, "x".repeat(501));
        var turning = new KickMember(user("ann"), "\u202Egnorw");

        scene.refused("mo", endless, Refusal.BadRequest.class);
        scene.refused("mo", turning, Refusal.BadRequest.class);
    }

    @Test
    void kickedMemberMayComeBackUnlessBanned() {
        scene.happens("mo", new KickMember(user("ann"), "cool down"));

        assertThat(scene.last()).isEqualTo(new RoomEvent.MemberLeft(user("ann"), "cool down"));
        scene.isSoAlready("mo", new KickMember(user("ann"), null));
        scene.happens("ann", new JoinRoom());
        scene.happens("mo", ban("ann"));
        scene.happens("mo", new KickMember(user("ann"), null));
        scene.refused("ann", new JoinRoom(), Refusal.Banned.class);
    }

    @Test
    void muteOutlastsLeavingAndComingBack() {
        scene.happens("mo", new SetSanction(user("ann"), SanctionKind.MUTE, null, null));
        scene.happens("ann", new RoomCommand.LeaveRoom());
        scene.happens("ann", new JoinRoom());

        scene.refused("ann", post("hi"), Refusal.Muted.class);
    }
}
