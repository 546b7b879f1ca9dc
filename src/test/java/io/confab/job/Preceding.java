package io.confab.job;

import io.confab.kernel.Caller;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import java.util.concurrent.CompletionStage;

/** Before each command of this kind something else is done. */
record Preceding(RoomLog log, Class<? extends RoomCommand> kind, Runnable first) implements RoomLog {
    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        if (kind.isInstance(submission.command())) {
            first.run();
        }
        return log.submit(submission);
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return log.create(caller, command, cid);
    }
}
