package io.confab.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Caller;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.InMemoryRoomLog;
import io.confab.log.RoomLog.Submission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A room with people in it, to tell a rule as a sentence: {@code scene.by("ann", post("hi"))}.
 *
 * <pre>
 * olga owner · mo moderator · max moderator · ann, bob members · eve nobody here
 * glo global moderator · ada admin · aud auditor: none of them in the room
 * </pre>
 */
final class RoomScene {
    static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    static final List<String> EVERYBODY = List.of("olga", "mo", "max", "ann", "bob", "eve", "glo", "ada", "aud");

    final InMemoryRoomLog log;
    final RoomId room;
    private Instant now = START;

    private RoomScene(RoomKind kind, RoomRules rules) {
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        log = new InMemoryRoomLog(rules, clock);
        EVERYBODY.forEach(name -> log.account(user(name), name, globalRole(name), false));
        List<String> others = kind == RoomKind.DIRECT ? List.of("ann") : List.of("mo", "max", "ann", "bob");
        var command = new RoomCommand.CreateRoom(
                kind, "the room", others.stream().map(RoomScene::user).toList());
        room = accepted(log.create(caller("olga"), command, "c-create")
                        .toCompletableFuture()
                        .join())
                .room();
        if (kind != RoomKind.DIRECT) {
            happens("olga", new RoomCommand.SetRole(user("mo"), RoomRole.MODERATOR));
            happens("olga", new RoomCommand.SetRole(user("max"), RoomRole.MODERATOR));
        }
    }

    static RoomScene publicRoom() {
        return new RoomScene(RoomKind.PUBLIC, RoomRules.defaults());
    }

    static RoomScene privateRoom() {
        return new RoomScene(RoomKind.PRIVATE, RoomRules.defaults());
    }

    static RoomScene directRoom() {
        return new RoomScene(RoomKind.DIRECT, RoomRules.defaults());
    }

    static RoomScene publicRoom(RoomRules rules) {
        return new RoomScene(RoomKind.PUBLIC, rules);
    }

    static UserId user(String name) {
        return new UserId("u_" + name);
    }

    static Caller caller(String name) {
        return new Caller(user(name), new SignInId("s_" + name), Instant.MAX);
    }

    static MessageBody text(String text) {
        return EventJson.body(Json.object().put("type", "text").put("text", text));
    }

    static RoomCommand post(String text) {
        return new RoomCommand.PostMessage(text(text), null, null);
    }

    void later(Duration time) {
        now = now.plus(time);
    }

    Instant now() {
        return now;
    }

    Answer by(String name, RoomCommand command) {
        return by(name, command, null);
    }

    Answer by(String name, RoomCommand command, @Nullable String cid) {
        var submission = new Submission(user(name), new SignInId("s_" + name), room, command, cid);
        return log.submit(submission).toCompletableFuture().join();
    }

    /** Number of the event. */
    long happens(String name, RoomCommand command) {
        Answer.Accepted accepted = accepted(by(name, command));
        assertThat(accepted.duplicate()).isFalse();
        assertThat(accepted.seq()).isEqualTo(state().head());
        return accepted.seq();
    }

    void isSoAlready(String name, RoomCommand command) {
        RoomState before = state();
        assertThat(accepted(by(name, command)).duplicate()).isTrue();
        assertThat(state()).isEqualTo(before);
    }

    /** Asserts that the refusal left no trace. */
    <R extends Refusal> R refused(String name, RoomCommand command, Class<R> kind) {
        RoomState before = state();
        List<LoggedEvent> events = events();
        Membership person = person(name);
        Answer answer = by(name, command);
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        Refusal refusal = ((Answer.Refused) answer).refusal();
        assertThat(refusal).isInstanceOf(kind);
        assertThat(state()).isEqualTo(before);
        assertThat(events()).isEqualTo(events);
        assertThat(person(name)).isEqualTo(person);
        return kind.cast(refusal);
    }

    RoomState state() {
        return log.access(room, user("olga")).orElseThrow().state();
    }

    Membership person(String name) {
        return log.access(room, user(name)).orElseThrow().membership();
    }

    List<LoggedEvent> events() {
        return log.events(room, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    RoomEvent event(long seq) {
        return events().get((int) seq - 1).event();
    }

    RoomEvent last() {
        return event(state().head());
    }

    void suspend(String name) {
        log.account(user(name), name, globalRole(name), true);
    }

    private static Answer.Accepted accepted(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Accepted.class);
        return (Answer.Accepted) answer;
    }

    private static GlobalRole globalRole(String name) {
        return switch (name) {
            case "glo" -> GlobalRole.MODERATOR;
            case "ada" -> GlobalRole.ADMIN;
            case "aud" -> GlobalRole.AUDITOR;
            default -> GlobalRole.USER;
        };
    }
}
