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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The log's answers over HTTP: the same fields as the socket's {@code ok}. Made and written on threads of their own: the
 * server writes an answer, and may read the connection's next request, on the thread that completes it, and both may block
 * on the client; the log's writers must not. Thread-safe.
 */
@Singleton
public class Answers {
    /** What waits in it is bounded by the connections: each has one request in the works. */
    private final ExecutorService threads;

    @Inject
    public Answers(GatewaySettings settings) {
        this.threads = Executors.newFixedThreadPool(settings.answerThreads(), Daemon.numbered("confab-answer-"));
    }

    /** 200 (or {@code created} when it was not a repeat), or the problem. */
    CompletionStage<Response> of(CompletionStage<Answer> fromLog, int created) {
        return away(fromLog, answer -> response(answer, created));
    }

    /** Goes on with the log's answer on another thread than the log's. */
    <T> CompletionStage<T> away(CompletionStage<Answer> fromLog, Function<Answer, T> then) {
        return fromLog.thenApplyAsync(then, threads);
    }

    /** Threads for what else may read a connection's next request. */
    Executor threads() {
        return threads;
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
