package io.confab.job;

import io.confab.identity.Account;
import io.confab.identity.Actor;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.identity.SignInSettings;
import io.confab.identity.StaffRight;
import io.confab.identity.TestClock;
import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.moderation.NodeActs;
import io.confab.moderation.RoomActs;
import io.confab.moderation.StaffMember;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomRules;
import io.confab.store.StoreFailure;
import io.confab.work.Leases;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Jobs as one node has them, over a real database with a real log; two on one URL are two nodes. */
final class JobNode implements AutoCloseable {
    static final Duration LEASE = Duration.ofMillis(300);

    final IdentityNode identity;
    final Jobs jobs;
    final MessageCount count;
    final JobRunner runner;
    /** By which it is known that nothing of a stopped deletion is on its way any more. */
    final TestClock settling = new TestClock();

    private final NodeActs acts;
    private final RoomActs jobActs;
    private final NodeId node;
    private final Ids ids = new Ids();
    /** What a job does in rooms reaches the log, and gets its answers, as this says. */
    volatile UnaryOperator<RoomLog> line = UnaryOperator.identity();

    volatile JobEnd end = job -> true;
    /** Whatever is asked of the rows of this job takes too long. */
    volatile String slow = "";

    JobNode(String name, String url) {
        identity = new IdentityNode(url);
        acts = new NodeActs(identity.database);
        RoomLog log = acts.log().log();
        var right = new StaffRight(SignInSettings.from(new Configuration(key -> Optional.empty())));
        count = new MessageCount(identity.database);
        jobs = new Jobs(identity.database, right, count, RoomRules.defaults(), Clock.systemUTC());
        node = new NodeId(name);
        jobActs = acts.roomActs(new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                return line.apply(log).submit(submission);
            }

            @Override
            public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
                return log.create(caller, command, cid);
            }
        });
        runner = runner(Duration.ZERO);
    }

    /** @param retry so long a room in which something could not be done is left alone */
    JobRunner runner(Duration retry) {
        var rows = new JobRows(identity.database) {
            @Override
            boolean goesOn(String id) {
                if (id.equals(slow)) {
                    throw tooSlow();
                }
                return super.goesOn(id);
            }
        };
        return new JobRunner(
                rows,
                new RoomTurn(
                        identity.database.reads(),
                        acts.log().reader(),
                        jobActs,
                        count,
                        RoomRules.defaults(),
                        new RoomReturn(identity.database, acts.log().reader(), jobActs, count, settling)),
                job -> end.ends(job),
                new Leases(identity.database, node, ids).lease("jobs", LEASE),
                new NoLoad(),
                retry,
                Clock.systemUTC());
    }

    /** What a statement ends with that took too long, though the database is there. */
    StoreFailure.Unavailable tooSlow() {
        try {
            identity.database.reads().query(jdbc -> {
                throw new SQLException("too slow", "57014");
            });
        } catch (StoreFailure.Unavailable e) {
            return e;
        }
        throw new AssertionError("it must fail");
    }

    /** What the server does in rooms beside the jobs. */
    RoomActs roomActs() {
        return acts.roomActs(acts.log().log());
    }

    static String freshH2() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }

    /** Somebody who is signed in. */
    record Person(Account account, Actor actor) {
        UserId user() {
            return account.id();
        }

        StaffMember staff() {
            return new StaffMember(account, actor.signIn(), actor.address());
        }
    }

    Person person(GlobalRole role) {
        Account account = identity.person(role);
        return new Person(account, identity.actor(account));
    }

    Person person() {
        return person(GlobalRole.USER);
    }

    RoomId room(RoomKind kind, Person owner, Person... others) {
        var members = List.of(others).stream().map(Person::user).toList();
        var caller = new Caller(owner.user(), owner.actor().signIn(), Instant.MAX);
        var create = new RoomCommand.CreateRoom(kind, kind == RoomKind.DIRECT ? "" : "a room", members);
        return accepted(acts.log().log().create(caller, create, ids.cid())).room();
    }

    /** What was held up comes after all. */
    CompletionStage<Answer> submits(RoomLog.Submission late) {
        return acts.log().log().submit(late);
    }

    CompletionStage<Answer> submits(Person by, RoomId room, RoomCommand command) {
        return acts.log()
                .log()
                .submit(new RoomLog.Submission(by.user(), by.actor().signIn(), room, command, null));
    }

    Answer does(Person by, RoomId room, RoomCommand command) {
        return answer(submits(by, room, command));
    }

    static RoomCommand.PostMessage post(String text) {
        return new RoomCommand.PostMessage(
                new MessageBody(MessageBody.TEXT, text, "{\"text\":\"" + text + "\",\"type\":\"text\"}"), null, null);
    }

    /** Many under way at once. */
    void posts(Person by, RoomId room, int times) {
        var stages = new java.util.ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < times; i++) {
            stages.add(submits(by, room, post("spam")));
        }
        stages.forEach(JobNode::accepted);
    }

    long standing(Person by) {
        return number(
                "select count(*) from room_event where by_id = ? and type = 'msg.new' and deleted_seq is null",
                by.user().value());
    }

    long events(RoomId room, String type) {
        return number("select count(*) from room_event where room_id = ? and type = ?", room.value(), type);
    }

    long number(String sql, Object... values) {
        return Long.parseLong(String.valueOf(identity.one(sql, values)));
    }

    static Answer answer(CompletionStage<Answer> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    static Answer.Accepted accepted(CompletionStage<Answer> stage) {
        return accepted(answer(stage));
    }

    static Answer.Accepted accepted(Answer answer) {
        if (answer instanceof Answer.Accepted accepted) {
            return accepted;
        }
        throw new AssertionError("not accepted: " + answer);
    }

    static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError("not done: " + outcome);
    }

    static Refusal refusal(Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?>(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused: " + outcome);
    }

    @Override
    public void close() {
        acts.close();
        identity.close();
    }
}
