package io.confab.job;

import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes no command of this kind, with this refusal. */
record Rejecting(RoomLog log, Class<? extends RoomCommand> kind, Refusal refusal) implements RoomLog {
    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        return kind.isInstance(submission.command())
                ? CompletableFuture.completedFuture(new Answer.Refused(refusal))
                : log.submit(submission);
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return log.create(caller, command, cid);
    }
}
