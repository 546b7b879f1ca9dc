package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand;
import io.confab.room.Verdict;
import io.confab.trace.Trace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A command in a writer's hands until it is answered, once. Belongs to the queue's lock, then to the writer's thread.
 * Compared by identity.
 */
abstract sealed class Pending {
    final UserId sender;
    /** Null: of the server itself. */
    final @Nullable SignInId signIn;

    final RoomId room;
    final String cid;
    final int bytes;
    final long deadlineNanos;
    final CompletableFuture<Answer> future = new CompletableFuture<>();
    /** Its room's head moved once under it: the next try locks the room first. */
    boolean missed;
    /** Until when it waits for a row that another transaction holds; 0: it has met none. */
    long busyUntilNanos;

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.OPEN);

    /** How far it is: nobody may be told that it was not stored once its commit was asked for. */
    private enum Stage {
        OPEN,
        COMMITTING,
        GIVEN_UP
    }

    private Pending(UserId sender, @Nullable SignInId signIn, RoomId room, String cid, int bytes, long deadlineNanos) {
        this.sender = sender;
        this.signIn = signIn;
        this.room = room;
        this.cid = cid;
        this.bytes = bytes;
        this.deadlineNanos = deadlineNanos;
    }

    /** A command to a room that is there. */
    static final class InRoom extends Pending {
        final RoomCommand command;
        /** Where it came from; null: from nowhere, or not known. */
        final @Nullable String address;

        final @Nullable Trace trace;
        final @Nullable Verdict verdict;

        InRoom(RoomLog.Submission s, String cid, long deadlineNanos) {
            super(s.sender(), s.signIn(), s.room(), cid, 256 + bodyBytes(s.command()), deadlineNanos);
            this.command = s.command();
            this.address = s.address();
            this.trace = s.trace();
            this.verdict = s.verdict();
        }

        private static int bodyBytes(RoomCommand command) {
            return switch (command) {
                case RoomCommand.PostMessage post -> 2 * post.body().json().length();
                case RoomCommand.EditMessage edit -> 2 * edit.body().json().length();
                default -> 0;
            };
        }
    }

    /** A room to be made; {@code room} is the id it will have. */
    static final class Creation extends Pending {
        final RoomCommand.CreateRoom command;

        Creation(
                UserId sender,
                SignInId signIn,
                RoomId room,
                RoomCommand.CreateRoom command,
                String cid,
                long deadlineNanos) {
            super(sender, signIn, room, cid, 512 + 48 * command.members().size(), deadlineNanos);
            this.command = command;
        }
    }

    CidKey key() {
        return new CidKey(sender, cid);
    }

    boolean expired(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** False: it was given up, and must not be committed any more. */
    private boolean mayCommit() {
        return stage.compareAndSet(Stage.OPEN, Stage.COMMITTING) || stage.get() == Stage.COMMITTING;
    }

    /** Its transaction has certainly failed. */
    void open() {
        stage.compareAndSet(Stage.COMMITTING, Stage.OPEN);
    }

    /** Its time is over while a writer hangs with it in the database. Any thread. */
    void giveUp(Duration retryAfter) {
        switch (stage.getAndSet(Stage.GIVEN_UP)) {
            case OPEN -> unavailable("it waited too long", retryAfter);
            case COMMITTING -> refuse(GroupCommit.OUTCOME_UNKNOWN);
            case GIVEN_UP -> {}
        }
    }

    /** The writer meets one that was given up when it was about to commit it. Nothing of the transaction may stay. */
    static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private GivenUp() {
            super("a command was given up before its commit", null, false, false);
        }
    }

    /** Their transaction is about to commit. @throws GivenUp when one of them must not be committed any more */
    static void committing(Iterable<? extends Pending> all) {
        for (Pending pending : all) {
            if (!pending.mayCommit()) {
                throw new GivenUp();
            }
        }
    }

    void answer(Answer answer) {
        future.complete(answer);
    }

    void refuse(Refusal refusal) {
        answer(new Answer.Refused(refusal));
    }

    /** Only for a command that certainly was not and will not be committed. */
    void unavailable(String why, Duration retryAfter) {
        refuse(new Refusal.Unavailable(why, retryAfter));
    }
}
