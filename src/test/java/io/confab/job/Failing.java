package io.confab.job;

import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers of one room that it failed, each time. */
record Failing(RoomLog log, RoomId room) implements RoomLog {
    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        return submission.room().equals(room)
                ? CompletableFuture.completedFuture(new Answer.Refused(new Refusal.Internal("as always")))
                : log.submit(submission);
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return log.create(caller, command, cid);
    }
}
