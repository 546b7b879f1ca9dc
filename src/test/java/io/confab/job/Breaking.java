package io.confab.job;

import io.confab.kernel.Caller;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import java.util.concurrent.CompletionStage;

/** What is done in one room breaks, each time. */
record Breaking(RoomLog log, RoomId room) implements RoomLog {
    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        if (submission.room().equals(room)) {
            throw new IllegalStateException("a mistake of ours");
        }
        return log.submit(submission);
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return log.create(caller, command, cid);
    }
}
