package io.confab.job;

import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first command of this kind does not get on, and who sent it hears that its outcome is unknown; what comes after it passes. */
record Holding(RoomLog log, Class<? extends RoomCommand> kind, AtomicReference<@Nullable Submission> held)
        implements RoomLog {
    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        return kind.isInstance(submission.command()) && held.compareAndSet(null, submission)
                ? CompletableFuture.completedFuture(new Answer.Refused(new Refusal.Internal("not known")))
                : log.submit(submission);
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return log.create(caller, command, cid);
    }
}
