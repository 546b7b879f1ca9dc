package io.confab.job;

import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.room.RoomCommand;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** So many commands pass; the last of them is committed, and its node never hears of that or of anything again. */
record Dying(RoomLog log, AtomicInteger commands, int last) implements RoomLog {
    @Override
    public CompletionStage<Answer> submit(Submission submission) {
        int number = commands.incrementAndGet();
        if (number > last) {
            return lost();
        }
        var answer = log.submit(submission);
        return number < last ? answer : answer.thenCompose(committed -> lost());
    }

    private static CompletionStage<Answer> lost() {
        return CompletableFuture.completedFuture(new Answer.Refused(new Refusal.Internal("the node is dead")));
    }

    @Override
    public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return log.create(caller, command, cid);
    }
}
