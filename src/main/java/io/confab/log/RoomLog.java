package io.confab.log;

import io.confab.kernel.Caller;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand;
import io.confab.room.Verdict;
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
     * @param signIn null: none, since the server itself sends it
     * @param address where the sender's request came from, for who reads the audit trail; null: from nowhere, or not known. It is no
     *     part of the request
     * @param cid the idempotency key, 1 to 64 of {@code [A-Za-z0-9_-]}; null: the log makes one
     * @param trace null: it is not followed
     * @param verdict what the rules say of its text; null: nothing. It is no part of the request
     */
    record Submission(
            UserId sender,
            @Nullable SignInId signIn,
            @Nullable String address,
            RoomId room,
            RoomCommand command,
            @Nullable String cid,
            @Nullable Trace trace,
            @Nullable Verdict verdict) {
        public Submission {
            if ((signIn == null) != sender.equals(UserId.SERVER)) {
                throw new IllegalArgumentException("a command has a sign-in, and none when the server sends it");
            }
        }

        /**
         * One of the server itself, which has the rights of a global moderator and no sign-in that could end: for acts that
         * nobody is there for. Only {@code moderation} makes them (docs/adr/0065).
         */
        public static Submission byServer(RoomId room, RoomCommand command, String cid) {
            return new Submission(UserId.SERVER, null, null, room, command, cid, null, null);
        }

        /** One that is not followed, of which the rules say nothing, from nowhere. */
        public Submission(
                UserId sender, @Nullable SignInId signIn, RoomId room, RoomCommand command, @Nullable String cid) {
            this(sender, signIn, null, room, command, cid, null, null);
        }

        /** The same, from there. */
        public Submission from(@Nullable String place) {
            return new Submission(sender, signIn, place, room, command, cid, trace, verdict);
        }
    }
}
