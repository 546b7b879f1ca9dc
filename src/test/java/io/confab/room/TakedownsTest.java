package io.confab.room;

import static io.confab.room.RoomScene.post;
import static io.confab.room.RoomScene.text;
import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.RoomLog.Submission;
import io.confab.room.RoomCommand.ArchiveRoom;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomCommand.EditMessage;
import io.confab.room.RoomCommand.HideMessage;
import io.confab.room.RoomCommand.RemoveMessages;
import io.confab.room.RoomCommand.RestoreMessage;
import io.confab.room.RoomCommand.SetSanction;
import io.confab.room.RoomCommand.UpdateRoom;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who may take messages away and bring them back, and what then stands. */
class TakedownsTest {
    private final RoomScene scene = RoomScene.publicRoom();

    @Test
    void authorAndModeratorsDelete() {
        for (String who : List.of("ann", "mo", "olga", "glo", "ada")) {
            long seq = scene.happens("ann", post("by ann, deleted by " + who));

            scene.refused("bob", new DeleteMessage(seq, null), Refusal.Forbidden.class);
            scene.refused("aud", new DeleteMessage(seq, null), Refusal.NotMember.class);
            scene.happens(who, new DeleteMessage(seq, "why"));

            assertThat(scene.last()).isEqualTo(new RoomEvent.MessageDeleted(seq, "why"));
        }
    }

    @Test
    void deletionEmptiesTheMessageAndItsEdits() {
        long seq = scene.happens("ann", post("alpha @bob"));
        long edit = scene.happens("ann", new EditMessage(seq, text("beta @bob")));

        scene.happens("mo", new DeleteMessage(seq, null));

        assertThat(scene.event(seq)).isEqualTo(new RoomEvent.MessagePosted(null, null, null, List.of()));
        assertThat(scene.event(edit)).isEqualTo(new RoomEvent.MessageEdited(seq, null, List.of()));
        assertThat(scene.events().toString()).doesNotContain("alpha", "beta");
    }

    @Test
    void deletingTwiceIsSoAlreadyForWhoMayDelete() {
        long seq = scene.happens("ann", post("hello"));
        scene.happens("mo", new DeleteMessage(seq, null));

        scene.isSoAlready("glo", new DeleteMessage(seq, null));
        scene.refused("bob", new DeleteMessage(seq, null), Refusal.Forbidden.class);
        scene.refused("ann", new DeleteMessage(seq + 50, null), Refusal.NotFound.class);
    }

    @Test
    void moderatorsHideAndNobodyElse() {
        for (String who : List.of("mo", "olga", "glo", "ada")) {
            long seq = scene.happens("ann", post("by ann, hidden by " + who));

            scene.refused("ann", new HideMessage(seq, null), Refusal.Forbidden.class);
            scene.refused("bob", new HideMessage(seq, null), Refusal.Forbidden.class);
            scene.refused("aud", new HideMessage(seq, null), Refusal.NotMember.class);
            scene.happens(who, new HideMessage(seq, "let me see"));

            assertThat(scene.last()).isEqualTo(new RoomEvent.MessageDeleted(seq, "let me see", true));
            assertThat(scene.event(seq)).isEqualTo(new RoomEvent.MessagePosted(null, null, null, List.of()));
        }
    }

    @Test
    void whatWasHiddenComesBackAsItStood() {
        long seq = scene.happens("ann", post("alpha"));
        long edit = scene.happens("ann", new EditMessage(seq, text("beta @bob")));
        var editedAt = scene.now();
        var mentions = List.of(new Mention(user("bob"), 5, 4));
        scene.happens("mo", new HideMessage(seq, null));
        assertThat(scene.events().toString()).doesNotContain("alpha", "beta");

        scene.happens("mo", new RestoreMessage(seq));

        assertThat(scene.last())
                .isEqualTo(new RoomEvent.MessageRestored(seq, user("ann"), text("beta @bob"), mentions, editedAt));
        assertThat(scene.event(seq)).isEqualTo(new RoomEvent.MessagePosted(text("alpha"), null, null, List.of()));
        assertThat(scene.event(edit)).isEqualTo(new RoomEvent.MessageEdited(seq, text("beta @bob"), mentions));
        scene.happens("ann", new EditMessage(seq, text("gamma")));
    }

    @Test
    void whatModeratorsDeletedCanBeBroughtBackAndWhatItsAuthorDeletedCannot() {
        long taken = scene.happens("ann", post("taken"));
        long own = scene.happens("ann", post("own"));
        scene.happens("mo", new DeleteMessage(taken, null));
        scene.happens("ann", new DeleteMessage(own, null));

        scene.happens("mo", new RestoreMessage(taken));

        scene.refused("mo", new RestoreMessage(own), Refusal.Conflict.class);
        scene.refused("glo", new RestoreMessage(own), Refusal.Conflict.class);
    }

    /** Else a text that its author wanted gone could come back. */
    @Test
    void theAuthorsDeletionOfWhatIsHiddenIsForEver() {
        long seq = scene.happens("ann", post("oops"));
        scene.happens("mo", new HideMessage(seq, null));

        scene.happens("ann", new DeleteMessage(seq, null));

        assertThat(scene.last()).isEqualTo(new RoomEvent.MessageDeleted(seq, null));
        scene.isSoAlready("ann", new DeleteMessage(seq, null));
        scene.refused("mo", new RestoreMessage(seq), Refusal.Conflict.class);
    }

    @Test
    void aReturnDoesNotOutliveALaterDeletion() {
        long seq = scene.happens("ann", post("alpha"));
        scene.happens("mo", new HideMessage(seq, null));
        scene.happens("mo", new RestoreMessage(seq));

        scene.happens("ann", new DeleteMessage(seq, null));

        assertThat(scene.events().toString()).doesNotContain("alpha");
        assertThat(scene.events()).extracting(LoggedEvent::event).contains(RoomEvent.MessageRestored.emptied(seq));
    }

    @Test
    void whatIsHiddenCanBeDeletedForGoodAndStillBeBroughtBackByGlobalStaff() {
        long seq = scene.happens("ann", post("bad"));
        scene.happens("mo", new HideMessage(seq, null));

        scene.isSoAlready("max", new DeleteMessage(seq, "no")); // it would be theirs to bring back
        scene.happens("mo", new DeleteMessage(seq, "no"));

        scene.isSoAlready("mo", new DeleteMessage(seq, null));
        scene.isSoAlready("mo", new HideMessage(seq, null));
        scene.happens("glo", new RestoreMessage(seq));
    }

    @Test
    void whatGlobalStaffHidDoesNotBecomeARoomModeratorsByDeletingIt() {
        long seq = scene.happens("ann", post("bad"));
        scene.happens("glo", new HideMessage(seq, null));

        scene.isSoAlready("mo", new DeleteMessage(seq, null));

        scene.refused("mo", new RestoreMessage(seq), Refusal.Forbidden.class);
    }

    @Test
    void whatIsDecidedOverAllRoomsIsNoLongerTheRoomModeratorsWhoDeletedItFirst() {
        long seq = scene.happens("ann", post("bad"));
        scene.happens("mo", new DeleteMessage(seq, null));

        Answer taken = byServer(new DeleteMessage(seq, "decided"), "d-1");
        Answer again = byServer(new DeleteMessage(seq, "decided"), "d-2");

        assertThat(taken)
                .isInstanceOfSatisfying(
                        Answer.Accepted.class, ok -> assertThat(ok.duplicate()).isFalse());
        assertThat(again)
                .isInstanceOfSatisfying(
                        Answer.Accepted.class, ok -> assertThat(ok.duplicate()).isTrue());
        scene.refused("mo", new RestoreMessage(seq), Refusal.Forbidden.class);
        scene.happens("glo", new RestoreMessage(seq));
        assertThat(scene.events().toString()).contains("bad");
    }

    @Test
    void whatWasDeletedIsHiddenAgainWithoutHavingStoodInBetween() {
        long seq = scene.happens("ann", post("bad"));
        scene.happens("glo", new DeleteMessage(seq, null));

        scene.isSoAlready("glo", new HideMessage(seq, null));
        scene.isSoAlready("mo", new HideMessage(seq, null, RoomCommand.HideMessage.Over.DELETED));
        scene.happens("glo", new HideMessage(seq, null, RoomCommand.HideMessage.Over.DELETED));

        assertThat(scene.last()).isEqualTo(new RoomEvent.MessageDeleted(seq, null, true));
        scene.isSoAlready("glo", new HideMessage(seq, null, RoomCommand.HideMessage.Over.DELETED));
        scene.happens("glo", new RestoreMessage(seq));
        long own = scene.happens("ann", post("mine"));
        scene.happens("ann", new DeleteMessage(own, null));
        scene.isSoAlready("glo", new HideMessage(own, null, RoomCommand.HideMessage.Over.DELETED));
    }

    @Test
    void whatStandsNeedsNoReturn() {
        long seq = scene.happens("ann", post("fine"));

        scene.isSoAlready("mo", new RestoreMessage(seq));
        scene.refused("ann", new RestoreMessage(seq), Refusal.Forbidden.class);
        scene.refused("mo", new RestoreMessage(seq + 9), Refusal.NotFound.class);
        scene.refused("mo", new HideMessage(seq + 9, null), Refusal.NotFound.class);
        scene.refused("mo", new HideMessage(1, null), Refusal.NotFound.class);
    }

    @Test
    void aRoomsModeratorBringsBackOnlyWhatTheyTookThemselves() {
        long seq = scene.happens("ann", post("bad"));
        scene.happens("glo", new HideMessage(seq, null));

        scene.refused("mo", new RestoreMessage(seq), Refusal.Forbidden.class);
        scene.refused("olga", new RestoreMessage(seq), Refusal.Forbidden.class);
        scene.happens("ada", new RestoreMessage(seq));
        scene.happens("mo", new HideMessage(seq, null));
        scene.refused("max", new RestoreMessage(seq), Refusal.Forbidden.class);
        scene.happens("mo", new RestoreMessage(seq));
    }

    @Test
    void manyGoByOneEventAndThoseGoneAlreadyArePassedOver() {
        long one = scene.happens("ann", post("first text"));
        long two = scene.happens("ann", post("second text"));
        long three = scene.happens("bob", post("third text"));
        scene.happens("ann", new DeleteMessage(two, null));

        scene.happens("mo", new RemoveMessages(List.of(three, one, two, one), "spam"));

        assertThat(scene.last()).isEqualTo(new RoomEvent.MessagesDeleted(List.of(one, three), "spam"));
        assertThat(scene.events().toString()).doesNotContain("first text", "second text", "third text");
        scene.isSoAlready("mo", new RemoveMessages(List.of(one, two, three), null));
        scene.happens("mo", new RestoreMessage(three));
    }

    private static HideMessage hideForGood(long seq) {
        return new HideMessage(seq, null, HideMessage.Over.OTHERS);
    }

    /** Else whoever is faster than what was decided brings back what is to stay away. */
    @Test
    void whatTheServerHidesIsItsOwnThoughSomebodyElseHadTakenItAwayUnlessItIsGone() {
        long hidden = scene.happens("ann", post("hidden text"));
        long deleted = scene.happens("ann", post("deleted text"));
        long gone = scene.happens("ann", post("gone text"));
        scene.happens("mo", new HideMessage(hidden, null));
        scene.happens("mo", new DeleteMessage(deleted, null));
        scene.happens("ann", new DeleteMessage(gone, null));

        byServer(new HideMessage(hidden, null), "by-score");
        byServer(new HideMessage(deleted, null), "by-score-too");
        assertThat(scene.last()).as("only by decision").isEqualTo(new RoomEvent.MessageDeleted(gone, null));
        byServer(hideForGood(hidden), "decided-1");
        byServer(hideForGood(deleted), "decided-2");

        assertThat(scene.last()).isEqualTo(new RoomEvent.MessageDeleted(deleted, null, true));
        byServer(hideForGood(gone), "decided-3");
        byServer(hideForGood(hidden), "decided-4");
        assertThat(scene.last()).as("nothing more").isEqualTo(new RoomEvent.MessageDeleted(deleted, null, true));
        for (long seq : List.of(hidden, deleted)) {
            scene.refused("mo", new RestoreMessage(seq), Refusal.Forbidden.class);
            scene.happens("glo", new RestoreMessage(seq));
        }
        byServer(new RemoveMessages(List.of(hidden), null), "job-1");
        byServer(hideForGood(hidden), "decided-5");
        assertThat(scene.last())
                .as("what it deleted stays so")
                .isEqualTo(new RoomEvent.MessagesDeleted(List.of(hidden), null));
    }

    /** Else it would be shown again by whoever brings back what was hidden. */
    @Test
    void whatIsHiddenIsDeletedWithManyByWhoMayDeleteItAlone() {
        long hidden = scene.happens("ann", post("hidden text"));
        long standing = scene.happens("ann", post("standing text"));
        byServer(new HideMessage(hidden, null), "auto-9");

        scene.isSoAlready("mo", new RemoveMessages(List.of(hidden), null));
        byServer(new RemoveMessages(List.of(hidden, standing), "spam"), "job-9");

        assertThat(scene.last()).isEqualTo(new RoomEvent.MessagesDeleted(List.of(hidden, standing), "spam"));
        byServer(new RemoveMessages(List.of(hidden, standing), "spam"), "job-10");
        assertThat(scene.events().getLast().event()).isInstanceOf(RoomEvent.MessagesDeleted.class);
        assertThat(scene.events())
                .filteredOn(e -> e.event() instanceof RoomEvent.MessagesDeleted)
                .hasSize(1);
        scene.refused("mo", new RestoreMessage(hidden), Refusal.Forbidden.class);
        scene.happens("glo", new RestoreMessage(hidden));
    }

    @Test
    void manyAtOnceAreForModeratorsAndOnlyMessages() {
        long seq = scene.happens("ann", post("mine"));

        scene.refused("ann", new RemoveMessages(List.of(seq), null), Refusal.Forbidden.class);
        scene.refused("mo", new RemoveMessages(List.of(1L, seq), null), Refusal.NotFound.class);
        scene.refused("eve", new RemoveMessages(List.of(seq), null), Refusal.NotMember.class);
        assertThatThrownBy(() -> new RemoveMessages(
                        LongStream.rangeClosed(1, 201).boxed().toList(), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RemoveMessages(List.of(), null)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Reported messages must be reachable; nothing else of two people's conversation is. */
    @Test
    void globalStaffTakeMessagesOfDirectRoomsAwayAndBringThemBack() {
        RoomScene direct = RoomScene.directRoom();
        long one = direct.happens("ann", post("a threat"));
        long two = direct.happens("ann", post("another"));

        direct.happens("glo", new HideMessage(one, "reported"));
        direct.happens("glo", new RestoreMessage(one));
        direct.happens("ada", new DeleteMessage(one, null));
        direct.happens("glo", new RemoveMessages(List.of(one, two), null));

        direct.refused("olga", new HideMessage(one, null), Refusal.Forbidden.class);
        direct.refused("olga", new RestoreMessage(one), Refusal.Forbidden.class);
        direct.refused("aud", new HideMessage(one, null), Refusal.NotFound.class);
        direct.refused("glo", new UpdateRoom("x", null, null, null), Refusal.NotFound.class);
        direct.refused("glo", new SetSanction(user("ann"), SanctionKind.BAN, null, null), Refusal.NotFound.class);
    }

    @Test
    void globalStaffWorkInArchivedAndFrozenRoomsToo() {
        long seq = scene.happens("ann", post("old"));
        scene.happens("glo", new UpdateRoom(null, null, RoomMode.FROZEN, null));
        scene.refused("mo", new HideMessage(seq, null), Refusal.RoomFrozen.class);
        scene.happens("ada", new ArchiveRoom());

        scene.refused("mo", new HideMessage(seq, null), Refusal.RoomArchived.class);
        scene.happens("glo", new HideMessage(seq, null));
        scene.happens("glo", new RestoreMessage(seq));
        scene.happens("glo", new RemoveMessages(List.of(seq), null));
    }

    @Test
    void aBannedModeratorOfTheRoomTakesNothingAway() {
        long seq = scene.happens("ann", post("hi"));
        scene.happens("olga", new SetSanction(user("mo"), SanctionKind.BAN, null, null));

        scene.refused("mo", new HideMessage(seq, null), Refusal.Banned.class);
        scene.refused("mo", new RemoveMessages(List.of(seq), null), Refusal.Banned.class);
        scene.refused("mo", new RestoreMessage(seq), Refusal.Banned.class);
    }

    @Test
    void theServerActsWithoutASignInAndSpeaksNowhere() {
        long seq = scene.happens("ann", post("reported by many"));

        Answer hidden = byServer(new HideMessage(seq, null), "auto-1");
        Answer again = byServer(new HideMessage(seq, null), "auto-1");
        Answer spoken = byServer(post("beep"), "auto-2");

        assertThat(hidden).isInstanceOf(Answer.Accepted.class);
        assertThat(scene.events().getLast().by()).isEqualTo(UserId.SERVER);
        assertThat(again)
                .isInstanceOfSatisfying(
                        Answer.Accepted.class, ok -> assertThat(ok.duplicate()).isTrue());
        assertThat(spoken).isInstanceOf(Answer.Refused.class);
        scene.refused("olga", new RestoreMessage(seq), Refusal.Forbidden.class);
    }

    private Answer byServer(RoomCommand command, String cid) {
        return scene.log
                .submit(Submission.byServer(scene.room, command, cid))
                .toCompletableFuture()
                .join();
    }

    @Test
    void noOtherSenderIsWithoutASignIn() {
        assertThatThrownBy(() -> new Submission(user("ann"), null, scene.room, post("hi"), "c1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Submission(
                        UserId.SERVER, new io.confab.kernel.SignInId("s_1"), scene.room, post("hi"), "c1"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
