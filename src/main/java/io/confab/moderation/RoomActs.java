package io.confab.moderation;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import io.confab.room.RoomRules;
import io.confab.room.SanctionKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What staff do in a room. Each act is a command to the room's log with the member of staff as its sender: permitted or
 * refused there by the role as it is at the commit, with its audit line in the same transaction. Each takes a
 * {@code commandId}: the same one again changes nothing and gives the first answer with {@code duplicate}.
 * Blocks until the commit. Thread-safe.
 */
@Singleton
public class RoomActs {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final RoomLog log;
    private final ActNotes notes;

    @Inject
    RoomActs(RoomLog log, ActNotes notes) {
        this.log = log;
        this.notes = notes;
    }

    /** One act: who, where, why, and its command id (1 to 64 of {@code [A-Za-z0-9_-]}). */
    public record Act(StaffMember by, RoomId room, String why, String commandId) {}

    public Outcome<Answer.Accepted> delete(Act act, long seq) {
        return perform(act, new RoomCommand.DeleteMessage(seq, act.why()));
    }

    /** @param until null: until lifted */
    public Outcome<Answer.Accepted> sanction(Act act, UserId user, SanctionKind kind, @Nullable Instant until) {
        return perform(act, new RoomCommand.SetSanction(user, kind, until, act.why()));
    }

    public Outcome<Answer.Accepted> lift(Act act, UserId user, SanctionKind kind) {
        return perform(act, new RoomCommand.LiftSanction(user, kind));
    }

    /** A reason is needed for every act: one line of at most {@link RoomRules#MAX_REASON_CHARS} characters. */
    static Optional<Refusal> reasonProblem(String why) {
        return VisibleText.nameProblem("the reason", why, RoomRules.MAX_REASON_CHARS);
    }

    private Outcome<Answer.Accepted> perform(Act act, RoomCommand command) {
        Optional<Refusal> problem = reasonProblem(act.why());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        UserId by = act.by().user();
        SignInId signIn = act.by().signIn();
        notes.put(by, act.commandId(), new ActNotes.Note(act.why(), act.by().address()));
        return await(new RoomLog.Submission(by, signIn, act.room(), command, act.commandId()));
    }

    private Outcome<Answer.Accepted> await(RoomLog.Submission submission) {
        try {
            Answer answer = log.submit(submission).toCompletableFuture().get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
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
