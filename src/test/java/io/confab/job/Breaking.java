package io.confab.job;

import io.confab.kernel.Caller;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What is done in one room breaks, each time with this. */
record Breaking(RoomLog log, RoomId room, Supplier<RuntimeException> with) implements RoomLog {
    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        if (submission.room().equals(room)) {
            throw with.get();
        }
        return log.submit(submission);
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return log.create(caller, command, cid);
    }
}
