package io.confab.moderation;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomCommand.HideMessage.Over;
import io.confab.room.RoomMode;
import io.confab.room.RoomRules;
import io.confab.room.SanctionKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What staff do in a room, and the server for them. Each act is a command to the room's log with the member of staff as its
 * sender: permitted or refused there by the role as it is at the commit, with its audit line in the same transaction. Each takes a
 * {@code commandId}: the same one again changes nothing and gives the first answer with {@code duplicate}.
 * Blocks until the commit. Thread-safe.
 */
@Singleton
public class RoomActs {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final RoomLog log;
    private final ActNotes notes;
    private final Duration longest;

    @Inject
    RoomActs(RoomLog log, ActNotes notes) {
        this(log, notes, LONGEST);
    }

    private RoomActs(RoomLog log, ActNotes notes, Duration longest) {
        this.log = log;
        this.notes = notes;
        this.longest = longest;
    }

    /** The same, waiting no longer than that for each commit; what was not waited for may be done all the same. */
    public RoomActs within(Duration most) {
        return new RoomActs(log, notes, most.compareTo(longest) < 0 ? most : longest);
    }

    /**
     * One act: who, where and why.
     *
     * @param by null: the server itself
     * @param why for the audit line, which only staff read
     * @param told what the people of the room read as its reason, where the event has one; null: nothing
     * @param commandId 1 to 64 of {@code [A-Za-z0-9_-]}; of the server's own acts unique among all of them
     * @param onBehalf of whom the server acts; null: of nobody
     */
    public record Act(
            @Nullable StaffMember by,
            RoomId room,
            String why,
            @Nullable String told,
            String commandId,
            @Nullable UserId onBehalf) {
        /** Whose reason everybody may read. */
        public Act(StaffMember by, RoomId room, String why, String commandId) {
            this(by, room, why, why, commandId, null);
        }

        /** With a note for staff and another text for the room. */
        public Act(StaffMember by, RoomId room, String why, @Nullable String told, String commandId) {
            this(by, room, why, told, commandId, null);
        }

        /**
         * Of the server itself, when a rule asks for it or when it goes on with what somebody has ordered and need not be
         * signed in for any more.
         */
        public static Act byServer(
                RoomId room, String why, @Nullable String told, String commandId, @Nullable UserId onBehalf) {
            return new Act(null, room, why, told, commandId, onBehalf);
        }

        private UserId actor() {
            return by == null ? UserId.SERVER : by.user();
        }
    }

    /** Its text is kept apart for a while, and {@link #restore} brings it back. */
    public Outcome<Answer.Accepted> delete(Act act, long seq) {
        return perform(act, new RoomCommand.DeleteMessage(seq, act.told()));
    }

    /** Takes a message away for now; everybody sees that it is hidden. */
    public Outcome<Answer.Accepted> hide(Act act, long seq) {
        return perform(act, new RoomCommand.HideMessage(seq, act.told()));
    }

    /** Likewise, by decision: what somebody else has taken away since is theirs to bring back no more. */
    public Outcome<Answer.Accepted> hideForGood(Act act, long seq) {
        return perform(act, new RoomCommand.HideMessage(seq, act.told(), Over.OTHERS));
    }

    /** Likewise, and what moderators have deleted is only hidden from then on: it has not stood in between. */
    public Outcome<Answer.Accepted> hideInstead(Act act, long seq) {
        return perform(act, new RoomCommand.HideMessage(seq, act.told(), Over.DELETED));
    }

    /** Brings back what was hidden or deleted by moderators; {@code conflict} when its text is not kept any more. */
    public Outcome<Answer.Accepted> restore(Act act, long seq) {
        return perform(act, new RoomCommand.RestoreMessage(seq));
    }

    /**
     * To how the message stood before that event took it away, if it still is as that left it; an act of the server itself
     * alone. {@code conflict} when its text is not kept any more; {@code duplicate} also when it has changed since.
     *
     * @param hidden how it stood then
     */
    public Outcome<Answer.Accepted> giveBack(Act act, long seq, long takenBy, boolean hidden) {
        return perform(act, new RoomCommand.ReturnMessage(seq, takenBy, hidden, act.told()));
    }

    /**
     * Deletes several messages by one event; those that are gone already are passed over.
     *
     * @param seqs 1 to {@link RoomCommand.RemoveMessages#MOST}
     */
    public Outcome<Answer.Accepted> removeMessages(Act act, Collection<Long> seqs) {
        return perform(act, new RoomCommand.RemoveMessages(List.copyOf(seqs), act.told()));
    }

    /** Holds a message up no more; it stands as it stood. */
    public Outcome<Answer.Accepted> unpin(Act act, long seq) {
        return perform(act, new RoomCommand.UnpinMessage(seq));
    }

    public Outcome<Answer.Accepted> kick(Act act, UserId user) {
        return perform(act, new RoomCommand.KickMember(user, act.told()));
    }

    /** @param until null: until lifted */
    public Outcome<Answer.Accepted> sanction(Act act, UserId user, SanctionKind kind, @Nullable Instant until) {
        return perform(act, new RoomCommand.SetSanction(user, kind, until, act.told()));
    }

    /** Likewise, and does not shorten one that runs: that is a {@code duplicate}. */
    public Outcome<Answer.Accepted> sanctionAtLeast(Act act, UserId user, SanctionKind kind, Instant until) {
        return perform(act, new RoomCommand.SetSanction(user, kind, until, act.told(), true));
    }

    public Outcome<Answer.Accepted> lift(Act act, UserId user, SanctionKind kind) {
        return perform(act, new RoomCommand.LiftSanction(user, kind));
    }

    /** Only one that ends then: another is a {@code duplicate}. */
    public Outcome<Answer.Accepted> liftEnding(Act act, UserId user, SanctionKind kind, Instant ending) {
        return perform(act, new RoomCommand.LiftSanction(user, kind, ending));
    }

    /** Says something in the room; an act of the server itself alone. */
    public Outcome<Answer.Accepted> announce(Act act, MessageBody body) {
        return perform(act, new RoomCommand.Announce(body));
    }

    /** For who may: what is {@code null} stays as it is. */
    public Outcome<Answer.Accepted> setMode(Act act, @Nullable RoomMode mode, @Nullable Duration slowMode) {
        return perform(act, new RoomCommand.UpdateRoom(null, null, mode, slowMode));
    }

    /** Nothing in it changes any more; for owners and admins. */
    public Outcome<Answer.Accepted> archive(Act act) {
        return perform(act, new RoomCommand.ArchiveRoom());
    }

    /** A reason is needed for every act: one line of at most {@link RoomRules#MAX_REASON_CHARS} characters. */
    public static Optional<Refusal> reasonProblem(String why) {
        return VisibleText.nameProblem("the reason", why, RoomRules.MAX_REASON_CHARS);
    }

    private Outcome<Answer.Accepted> perform(Act act, RoomCommand command) {
        Optional<Refusal> problem = reasonProblem(act.why());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        StaffMember by = act.by();
        notes.put(act.actor(), act.commandId(), new ActNotes.Note(act.why(), act.onBehalf()));
        return await(
                by == null
                        ? RoomLog.Submission.byServer(act.room(), command, act.commandId())
                        : new RoomLog.Submission(by.user(), by.signIn(), act.room(), command, act.commandId())
                                .from(by.address()));
    }

    private Outcome<Answer.Accepted> await(RoomLog.Submission submission) {
        try {
            Answer answer = log.submit(submission).toCompletableFuture().get(longest.toMillis(), TimeUnit.MILLISECONDS);
            return switch (answer) {
                case Answer.Accepted accepted -> Outcome.done(accepted);
                case Answer.Refused(Refusal refusal) -> Outcome.refused(refusal);
            };
        } catch (TimeoutException e) {
            return Outcome.refused(unknown());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.refused(unknown());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the log never completes exceptionally", e);
        }
    }

    private static Refusal unknown() {
        return new Refusal.Internal("the outcome is not known yet; send it again as it is, or look at the audit trail");
    }
}
