package io.confab.log;

import io.confab.kernel.Caller;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A log with its surroundings, in the words of the tests. */
abstract class LogFixture implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicInteger people = new AtomicInteger();
    private final AtomicInteger creations = new AtomicInteger();

    abstract RoomLog log();

    abstract RoomReader reader();

    /** A new account with one sign-in. */
    abstract Person person(String username, GlobalRole role);

    abstract void suspend(Person person);

    abstract void endSignIn(Person person);

    @Override
    public void close() {}

    record Person(UserId user, SignInId signIn, String username) {
        Caller caller() {
            return new Caller(user, signIn, Instant.MAX);
        }
    }

    /** A new account whose name begins so. */
    Person person(String name) {
        return person(name + people.incrementAndGet(), GlobalRole.USER);
    }

    static MessageBody text(String text) {
        String json = "{\"text\":\"" + text + "\",\"type\":\"text\"}";
        return new MessageBody(MessageBody.TEXT, text, json);
    }

    static RoomCommand.PostMessage post(String text) {
        return new RoomCommand.PostMessage(text(text), null, null);
    }

    CompletionStage<Answer> submits(Person person, RoomId room, RoomCommand command, @Nullable String cid) {
        return log().submit(new RoomLog.Submission(person.user(), person.signIn(), room, command, cid));
    }

    Answer does(Person person, RoomId room, RoomCommand command, @Nullable String cid) {
        return answer(submits(person, room, command, cid));
    }

    Answer does(Person person, RoomId room, RoomCommand command) {
        return does(person, room, command, null);
    }

    /** Does it, and expects that it is accepted. */
    Answer.Accepted succeeds(Person person, RoomId room, RoomCommand command) {
        return accepted(does(person, room, command));
    }

    Answer.Accepted posts(Person person, RoomId room, String text) {
        return succeeds(person, room, post(text));
    }

    RoomId room(Person owner, RoomKind kind, Person... others) {
        var members = List.of(others).stream().map(Person::user).toList();
        String name = kind == RoomKind.DIRECT ? "" : "a room";
        var command = new RoomCommand.CreateRoom(kind, name, members);
        return accepted(answer(log().create(owner.caller(), command, "create-" + creations.incrementAndGet())))
                .room();
    }

    static Answer.Accepted accepted(Answer answer) {
        if (answer instanceof Answer.Accepted accepted) {
            return accepted;
        }
        throw new AssertionError("expected an accepted command, got " + answer);
    }

    static <T> T refused(Class<T> refusal, Answer answer) {
        if (answer instanceof Answer.Refused refused && refusal.isInstance(refused.refusal())) {
            return refusal.cast(refused.refusal());
        }
        throw new AssertionError("expected " + refusal.getSimpleName() + ", got " + answer);
    }

    static <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }
}
