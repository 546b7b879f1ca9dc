package io.confab.room;

import static io.confab.room.RoomScene.post;
import static io.confab.room.RoomScene.text;
import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomCommand.EditMessage;
import io.confab.room.RoomCommand.JoinRoom;
import io.confab.room.RoomCommand.PostMessage;
import io.confab.room.RoomCommand.SetSanction;
import io.confab.room.RoomCommand.UpdateRoom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may write, change and take back what. */
class SpeechTest {
    private final RoomScene scene = RoomScene.publicRoom();

    @Test
    void memberPosts() {
        long seq = scene.happens("ann", post("hi"));

        assertThat(scene.event(seq)).isEqualTo(new RoomEvent.MessagePosted(text("hi"), null, null, List.of()));
    }

    @Test
    void whoMayWriteIsWhoseMessageWouldBeTakenButForSlowMode() {
        var open = new RoomState(
                scene.room,
                "e",
                9,
                RoomKind.PUBLIC,
                "room",
                "",
                RoomMode.OPEN,
                Duration.ofSeconds(30),
                false,
                5,
                RoomScene.START);
        RoomState readOnly = open.updated(new RoomEvent.RoomUpdated(null, null, RoomMode.READONLY, null));
        RoomState frozen = open.updated(new RoomEvent.RoomUpdated(null, null, RoomMode.FROZEN, null));
        var member = new Membership(user("ann"), RoomRole.MEMBER, null, null, RoomScene.START);
        var moderator = new Membership(user("ann"), RoomRole.MODERATOR, null, null, null);

        assertThat(mayWrite(open, member)).isTrue();
        assertThat(mayWrite(open, member.withSanction(SanctionKind.MUTE, Membership.FOREVER)))
                .isFalse();
        assertThat(mayWrite(open, member.withSanction(SanctionKind.MUTE, RoomScene.START)))
                .isTrue();
        assertThat(mayWrite(open, member.withSanction(SanctionKind.BAN, Membership.FOREVER)))
                .isFalse();
        assertThat(mayWrite(open, Membership.none(user("ann")))).isFalse();
        assertThat(mayWrite(readOnly, member)).isFalse();
        assertThat(mayWrite(readOnly, moderator)).isTrue();
        assertThat(mayWrite(frozen, moderator)).isFalse();
        assertThat(mayWrite(open.asArchived(), moderator)).isFalse();
        assertThat(RoomDecisions.mayWrite(
                        open, new Facts.Actor(user("ann"), GlobalRole.USER, true), member, RoomScene.START))
                .isFalse();
    }

    private static boolean mayWrite(RoomState room, Membership sender) {
        var actor = new Facts.Actor(sender.user(), GlobalRole.USER, false);
        return RoomDecisions.mayWrite(room, actor, sender, RoomScene.START);
    }

    @Test
    void mentionsInTheEventAreAccounts() {
        scene.happens("ann", post("hi @Bob and @nobody"));

        assertThat(scene.last())
                .isEqualTo(new RoomEvent.MessagePosted(
                        text("hi @Bob and @nobody"), null, null, List.of(new Mention(user("bob"), 3, 4))));
    }

    @Test
    void eventsAreNeverEarlierThanTheLast() {
        scene.happens("ann", post("one"));
        scene.later(Duration.ofSeconds(-5));
        scene.happens("ann", post("two"));

        assertThat(scene.state().lastTs()).isEqualTo(RoomScene.START);
    }

    @Test
    void answerNamesAMessageThatExists() {
        long root = scene.happens("ann", post("root"));

        scene.happens("bob", new PostMessage(text("reply"), root, root));

        scene.refused("bob", new PostMessage(text("reply"), root + 99, null), Refusal.NotFound.class);
        scene.refused("bob", new PostMessage(text("reply"), null, root + 99), Refusal.NotFound.class);
        scene.refused("bob", new PostMessage(text("reply to a join"), 2L, null), Refusal.NotFound.class);
    }

    @Test
    void threadOfADeletedMessageLivesOn() {
        long root = scene.happens("ann", post("root"));
        scene.happens("ann", new DeleteMessage(root, null));

        long reply = scene.happens("bob", new PostMessage(text("still here"), root, root));

        assertThat(scene.event(reply))
                .isEqualTo(new RoomEvent.MessagePosted(text("still here"), root, root, List.of()));
    }

    @Test
    void onlyTheAuthorEdits() {
        long seq = scene.happens("ann", post("helo"));

        scene.refused("bob", new EditMessage(seq, text("mine")), Refusal.Forbidden.class);
        scene.refused("mo", new EditMessage(seq, text("mine")), Refusal.Forbidden.class);
        scene.happens("ann", new EditMessage(seq, text("hello @bob")));

        assertThat(scene.last())
                .isEqualTo(
                        new RoomEvent.MessageEdited(seq, text("hello @bob"), List.of(new Mention(user("bob"), 6, 4))));
    }

    @Test
    void editToTheSameBodyIsSoAlready() {
        long seq = scene.happens("ann", post("hello"));

        scene.isSoAlready("ann", new EditMessage(seq, text("hello")));
        scene.happens("ann", new EditMessage(seq, text("bye")));
        scene.isSoAlready("ann", new EditMessage(seq, text("bye")));
    }

    @Test
    void deletedOrUnknownMessageCannotBeEdited() {
        long seq = scene.happens("ann", post("hello"));
        scene.happens("ann", new DeleteMessage(seq, null));

        scene.refused("ann", new EditMessage(seq, text("back")), Refusal.NotFound.class);
        scene.refused("ann", new EditMessage(seq + 100, text("ahead")), Refusal.NotFound.class);
        scene.refused("olga", new EditMessage(1, text("room.created is no message")), Refusal.NotFound.class);
    }

    @Test
    void editWindowCloses() {
        var settings = Map.of("confab.message.edit-window", "10m");
        RoomScene timed =
                RoomScene.publicRoom(RoomRules.from(new Configuration(key -> Optional.ofNullable(settings.get(key)))));
        long seq = timed.happens("ann", post("helo"));

        timed.later(Duration.ofMinutes(10));
        timed.happens("ann", new EditMessage(seq, text("hello")));
        timed.later(Duration.ofMillis(1));
        timed.refused("ann", new EditMessage(seq, text("hello!")), Refusal.EditWindowClosed.class);
        timed.happens("ann", new DeleteMessage(seq, null));
    }

    @Test
    void mutedMemberIsRefusedButMayTakeBackWhatWasSaid() {
        long seq = scene.happens("ann", post("oops"));
        var until = scene.now().plusSeconds(60);
        scene.happens("mo", new SetSanction(user("ann"), SanctionKind.MUTE, until, null));

        assertThat(scene.refused("ann", post("more"), Refusal.Muted.class).until())
                .isEqualTo(until);
        scene.refused("ann", new EditMessage(seq, text("sorry")), Refusal.Muted.class);
        scene.happens("ann", new DeleteMessage(seq, null));
        scene.later(Duration.ofSeconds(60));
        scene.happens("ann", post("back"));
    }

    @Test
    void muteWithoutEndNamesNoEnd() {
        scene.happens("mo", new SetSanction(user("ann"), SanctionKind.MUTE, null, null));

        assertThat(scene.refused("ann", post("hi"), Refusal.Muted.class).until())
                .isNull();
    }

    @Test
    void onlyModeratorsWriteInAReadOnlyRoom() {
        long seq = scene.happens("ann", post("before"));
        scene.happens("mo", new UpdateRoom(null, null, RoomMode.READONLY, null));

        scene.refused("ann", post("hi"), Refusal.Forbidden.class);
        scene.refused("ann", new EditMessage(seq, text("after")), Refusal.Forbidden.class);
        scene.happens("ann", new DeleteMessage(seq, null));
        scene.happens("mo", post("news"));
        scene.happens("olga", post("more news"));
        scene.happens("glo", new JoinRoom());
        scene.happens("glo", post("from staff"));
    }

    @Test
    void slowModeLetsOneMessageThroughPerSpan() {
        scene.happens("mo", new UpdateRoom(null, null, null, Duration.ofSeconds(10)));
        long seq = scene.happens("ann", post("one"));

        scene.later(Duration.ofSeconds(4));
        assertThat(scene.refused("ann", post("two"), Refusal.SlowMode.class).retryAfter())
                .isEqualTo(Duration.ofSeconds(6));
        scene.happens("ann", new EditMessage(seq, text("an edit is no message")));
        scene.happens("bob", post("others wait for themselves"));
        scene.happens("mo", post("moderators"));
        scene.happens("mo", post("do not wait"));
        scene.later(Duration.ofSeconds(6));
        scene.happens("ann", post("two"));
    }

    @Test
    void slowModeOutlastsLeavingAndComingBack() {
        scene.happens("mo", new UpdateRoom(null, null, null, Duration.ofSeconds(10)));
        scene.happens("ann", post("one"));

        scene.happens("ann", new RoomCommand.LeaveRoom());
        scene.happens("ann", new JoinRoom());

        scene.refused("ann", post("two"), Refusal.SlowMode.class);
    }

    @Test
    void timeOfMessagesIsKeptOnlyInSlowMode() {
        scene.happens("ann", post("one"));

        assertThat(scene.person("ann").lastSentAt()).isNull();
    }
}
