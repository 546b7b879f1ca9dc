package io.confab.gateway;

import io.confab.audit.AuditLine;
import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.Load;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.moderation.ActNotes;
import io.confab.ops.Metrics;
import io.confab.room.RoomCommand;
import io.confab.rule.Judgement;
import io.confab.rule.LiveRules;
import io.confab.trace.Trace;
import io.confab.trace.Traces;
import io.confab.wire.ErrorCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The one way from a door to the log (stop 3 of docs/message-flow.md): the socket's frames and the HTTP calls both come
 * through here, so that limits, rules and answers are the same. Whether the act is permitted is for the log's writer, which
 * decides on the room as it is at the commit. Thread-safe, never blocking.
 */
@Singleton
public class Commands {
    private final RoomLog log;
    private final RateLimits limits;
    private final Load load;
    private final Metrics metrics;
    private final Traces traces;
    private final LiveRules rules;
    private final ActNotes notes;
    private final Ids ids = new Ids();

    @Inject
    public Commands(
            RoomLog log,
            RateLimits limits,
            Load load,
            Metrics metrics,
            Traces traces,
            LiveRules rules,
            ActNotes notes) {
        this.log = log;
        this.notes = notes;
        this.rules = rules;
        this.limits = limits;
        this.load = load;
        this.metrics = metrics;
        this.traces = traces;
    }

    /** @param cid the client's idempotency key; null: the log makes one */
    CompletionStage<Answer> submit(Caller caller, RoomId room, RoomCommand command, @Nullable String cid) {
        return submit(caller, room, command, cid, null);
    }

    /**
     * An act whose event has no place for a reason.
     *
     * @param why for its line in the audit trail alone; null: not said
     */
    CompletionStage<Answer> submit(
            Caller caller, RoomId room, RoomCommand command, @Nullable String cid, @Nullable String why) {
        Optional<Refusal> problem = AuditLine.reasonProblem(why);
        if (problem.isPresent()) {
            return CompletableFuture.completedFuture(new Answer.Refused(problem.get()));
        }
        Optional<Refusal> refused = command instanceof RoomCommand.PostMessage
                ? load.refusal(Load.Kind.SENDS).or(() -> limits.take(caller.user(), room, command))
                : limits.take(caller.user(), room, command);
        if (refused.isPresent()) {
            return CompletableFuture.completedFuture(new Answer.Refused(refused.get()));
        }
        return why == null ? send(caller, room, command, cid) : sendNoted(caller, room, command, cid, why);
    }

    private CompletionStage<Answer> sendNoted(
            Caller caller, RoomId room, RoomCommand command, @Nullable String cid, String why) {
        String known = cid == null ? ids.cid() : cid;
        notes.why(caller.user(), known, why);
        return send(caller, room, command, known);
    }

    private CompletionStage<Answer> send(Caller caller, RoomId room, RoomCommand command, @Nullable String cid) {
        long begun = System.nanoTime();
        Optional<Judgement> judgement = rules.judge(caller.user(), room, command, cid);
        Optional<Trace> trace = traces.begin(room, caller.user());
        var given = log.submit(new RoomLog.Submission(
                caller.user(),
                caller.signIn(),
                caller.address(),
                room,
                command,
                cid,
                trace.orElse(null),
                judgement.map(Judgement::verdict).orElse(null)));
        var answer = judgement.isPresent() ? told(judgement.get(), given) : given;
        if (trace.isPresent()) {
            traces.answered(trace.get(), answer.thenApply(Commands::word));
        }
        return command instanceof RoomCommand.PostMessage ? timed(answer, begun) : answer;
    }

    private CompletionStage<Answer> told(Judgement judgement, CompletionStage<Answer> answer) {
        return answer.thenApply(given -> {
            rules.answered(judgement, given);
            return given;
        });
    }

    private static String word(Answer answer) {
        return switch (answer) {
            case Answer.Accepted ignored -> "ok";
            case Answer.Refused refused -> ErrorCode.of(refused.refusal()).word();
        };
    }

    private CompletionStage<Answer> timed(CompletionStage<Answer> answer, long begunNanos) {
        return answer.whenComplete((given, failure) -> {
            if (given instanceof Answer.Accepted) {
                metrics.sent(Duration.ofNanos(System.nanoTime() - begunNanos));
            }
        });
    }

    CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        Optional<Refusal> limited = limits.take(caller.user());
        if (limited.isPresent()) {
            return CompletableFuture.completedFuture(new Answer.Refused(limited.get()));
        }
        return log.create(caller, command, cid);
    }
}
