package io.confab.log;

import io.confab.kernel.Caller;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand;
import io.confab.trace.Trace;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rooms' logs: the one way by which anything durable happens in a room. Each command is decided against the
 * room, the sender's account and sign-in as they are at the commit.
 *
 * <p>Thread-safe and never blocking. Stages complete on a writer's thread: what depends on them must not block, or must
 * go on elsewhere. They never complete exceptionally.
 */
public interface RoomLog {
    /**
     * Queues a command. Commands of one caller to one room are decided in the order of these calls. A full queue, a
     * database out of reach or a command that waited longer than {@code confab.log.command-timeout} is
     * {@link Answer.Refused} with {@code Unavailable}: then it certainly was not and will not be committed.
     */
    CompletionStage<Answer> submit(Submission submission);

    /**
     * Creates a room with its first events and members in a transaction of its own. A second direct room of the same two
     * people is answered with the first one, as a duplicate.
     *
     * @param cid the idempotency key, required
     */
    CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid);

    /**
     * A command on its way to the log.
     *
     * @param cid the idempotency key, 1 to 64 of {@code [A-Za-z0-9_-]}; null: the log makes one
     * @param trace null: it is not followed
     */
    record Submission(
            UserId sender,
            SignInId signIn,
            RoomId room,
            RoomCommand command,
            @Nullable String cid,
            @Nullable Trace trace) {
        /** One that is not followed. */
        public Submission(UserId sender, SignInId signIn, RoomId room, RoomCommand command, @Nullable String cid) {
            this(sender, signIn, room, command, cid, null);
        }
    }
}
