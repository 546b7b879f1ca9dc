package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Daemon;
import io.confab.kernel.Json;
import io.confab.log.Answer;
import io.confab.wire.ServerFrames;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/**
 * The log's answers over HTTP: the same fields as the socket's {@code ok}. Made and written on threads of their own: the
 * server writes an answer, and may read the connection's next request, on the thread that completes it, and both may block
 * on the client; the log's writers must not. A thread each: nobody's answer waits for another's client to read. There
 * are no more of them than calls in the works, since each call keeps its share meanwhile. Thread-safe.
 */
@Singleton
public class Answers {
    private final ExecutorService threads;
    private final CallShares shares;

    @Inject
    public Answers(CallShares shares) {
        this(shares, Daemon.numbered("confab-answer-"));
    }

    Answers(CallShares shares, ThreadFactory threads) {
        this.shares = shares;
        this.threads = Executors.newCachedThreadPool(threads);
    }

    /** 200 (or {@code created} when it was not a repeat), or the problem. */
    CompletionStage<Response> of(CompletionStage<Answer> fromLog, int created) {
        return away(fromLog, answer -> response(answer, created));
    }

    /** Goes on with the log's answer on another thread than the log's. */
    <A, T> CompletionStage<T> away(CompletionStage<A> fromLog, Function<A, T> then) {
        Runnable taken = shares.kept();
        var answer = new CompletableFuture<T>();
        fromLog.handleAsync(
                        (said, failure) -> {
                            try {
                                if (failure == null) {
                                    return answer.complete(
                                            then.apply(said)); // who waits for it writes it, here and now
                                }
                                return answer.completeExceptionally(failure);
                            } catch (RuntimeException e) {
                                return answer.completeExceptionally(e);
                            }
                        },
                        threads)
                .whenComplete((done, noThread) -> { // when the machine has none left, the call ends all the same
                    if (noThread != null) {
                        answer.completeExceptionally(noThread);
                    }
                    taken.run();
                });
        return answer;
    }

    @PreDestroy
    void stop() {
        threads.shutdown();
    }

    private static Response response(Answer answer, int created) {
        return switch (answer) {
            case Answer.Refused refused -> Problems.of(refused.refusal());
            case Answer.Accepted ok -> Problems.json(ok.duplicate() ? 200 : created, json(ok));
        };
    }

    /** What was accepted, as HTTP says it, and the socket of a room that was created. */
    static ObjectNode json(Answer.Accepted ok) {
        return Json.object()
                .put("room", ok.room().value())
                .put("ep", ok.epoch())
                .put("seq", ok.seq())
                .put("ts", ServerFrames.time(ok.ts()))
                .put("cid", ok.cid())
                .put("dup", ok.duplicate());
    }
}
