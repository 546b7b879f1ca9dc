package io.confab.report;

import io.confab.directory.ReadRight;
import io.confab.identity.Account;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.identity.SignInSettings;
import io.confab.identity.StaffRight;
import io.confab.identity.TestClock;
import io.confab.job.DecidedJobs;
import io.confab.job.Job;
import io.confab.job.JobRunner;
import io.confab.job.Jobs;
import io.confab.job.MessageCount;
import io.confab.job.NoLoad;
import io.confab.job.Task;
import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.moderation.NodeActs;
import io.confab.moderation.Reach;
import io.confab.moderation.RoomActs;
import io.confab.moderation.StaffMember;
import io.confab.notice.Notices;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.work.Leases;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Reports, cases and decisions as one node has them, over a real database with a real log. */
final class ReportNode implements AutoCloseable {
    private static final long FOREVER_MILLIS = 253_402_300_799_000L;
    static final int PER_DAY = 8;
    static final int HIDE_SCORE = 2_000;

    private final IdentityNode identity;
    private final NodeActs acts;
    private final Ids ids = new Ids();

    final TestClock clock = new TestClock();
    final Database database;
    final Reports reports;
    final Decisions decisions;
    final HidePolicy hiding;
    final AutoHide autoHide;
    final Remedies remedies;
    final Jobs jobs;
    private final JobRunner runner;
    final Notices notices;
    final ReasonTemplates templates;
    final ReportSettings settings;
    /** What decisions and the server itself do in rooms reaches the log, and gets its answers, as this says. */
    volatile UnaryOperator<RoomLog> line = UnaryOperator.identity();
    /** The node dies each time after an act was done: nothing marks it any more. */
    volatile boolean dies;
    /** To count what a deletion would take takes too long. */
    volatile boolean countingFails;
    /** How often an act was marked by itself. */
    final AtomicInteger marks = new AtomicInteger();

    ReportNode(String url) {
        identity = new IdentityNode(url);
        database = identity.database;
        acts = new NodeActs(database);
        var values = Map.of(
                "confab.report.per-day", Integer.toString(PER_DAY),
                "confab.report.hide-score", Integer.toString(HIDE_SCORE));
        settings = ReportSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key))));
        RoomLog log = acts.log().log();
        RoomLog watched = new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                return line.apply(log).submit(submission);
            }

            @Override
            public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
                return log.create(caller, command, cid);
            }
        };
        var count = new MessageCount(database) {
            @Override
            public Found of(Task.Deletion deletion, Instant now) {
                return countingFails
                        ? database.reads().query(jdbc -> {
                            throw new SQLException("too slow", "57014");
                        })
                        : super.of(deletion, now);
            }
        };
        var decidedJobs = new DecidedJobs(database, count, RoomRules.defaults(), clock);
        remedies = new Remedies(database, acts.roomActs(watched), identity.acts, decidedJobs, clock) {
            @Override
            void mark(Decision decision, Decision.Act act, Decision.State state, String told) {
                marks.incrementAndGet();
                if (!dies) {
                    super.mark(decision, act, state, told);
                }
            }
        };
        var right = new StaffRight(SignInSettings.from(new Configuration(key -> Optional.empty())));
        jobs = new Jobs(database, right, count, RoomRules.defaults(), clock);
        notices = new Notices(database, clock);
        templates = new ReasonTemplates(database, right);
        hiding = new HidePolicy(identity.policies, settings);
        autoHide = new AutoHide(database, acts.roomActs(watched), hiding);
        runner = new JobRunner(
                database,
                acts.log().reader(),
                acts.roomActs(watched),
                count,
                RoomRules.defaults(),
                new HiddenByJobs(database, new CaseList(database, clock), autoHide),
                new Leases(database, new NodeId("n1"), ids),
                new NoLoad(),
                clock);
        decisions = new Decisions(database, right, remedies, autoHide, clock);
        reports = new Reports(database, new ReadRight(acts.log().reader(), clock), autoHide, settings, clock);
    }

    /** Until it is over. */
    Job runs(String job) {
        for (int i = 0; i < 2_000; i++) {
            runner.round();
            clock.advance(Duration.ofSeconds(1)); // what had to wait is tried again
            Job now = jobs.find(job).orElseThrow();
            if (now.doneAt() != null) {
                return now;
            }
        }
        throw new AssertionError("the job " + job + " does not end");
    }

    /** A few of its commands. */
    void works() {
        runner.round();
    }

    /** An empty database of its own, in memory, with all of H2's locking. */
    static String freshH2() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }

    /** Somebody with an account and a sign-in. */
    record Person(UserId user, SignInId signIn, String username, GlobalRole role) {
        StaffMember staff() {
            var account = new Account(user, username, username, role, null, null, 1, Instant.EPOCH);
            return new StaffMember(account, signIn, "192.0.2.7");
        }

        /** As who moderates rooms and is no staff. */
        StaffMember inRooms() {
            return new StaffMember(staff().account(), signIn, "192.0.2.7", new Reach(user), false);
        }
    }

    Person person() {
        return person(GlobalRole.USER);
    }

    Person person(GlobalRole role) {
        var person = new Person(ids.user(), ids.signIn(), "n" + ids.random().toLowerCase(java.util.Locale.ROOT), role);
        sql(
                "insert into account (id, username, display_name, password_hash, role, rev, changed_at, created_at)"
                        + " values (?, ?, ?, 'x', ?, 1, 0, 0)",
                person.user().value(),
                person.username(),
                person.username(),
                role.word());
        sql(
                "insert into sign_in (id, account_id, client, address, created_at, used_at, expires_at, family_key,"
                        + " refresh_hash) values (?, ?, 'test', '127.0.0.1', 0, ?, ?, 'x', 'x')",
                person.signIn().value(),
                person.user().value(),
                FOREVER_MILLIS,
                FOREVER_MILLIS);
        return person;
    }

    RoomId room(Person owner, RoomKind kind, Person... others) {
        var members = List.of(others).stream().map(Person::user).toList();
        var caller = new Caller(owner.user(), owner.signIn(), Instant.MAX);
        String name = kind == RoomKind.DIRECT ? "" : "a room";
        return accepted(acts.log()
                        .log()
                        .create(caller, new RoomCommand.CreateRoom(kind, name, members), ids.cid())
                        .toCompletableFuture())
                .room();
    }

    /** Its number. */
    long posts(Person person, RoomId room, String text) {
        return does(person, room, new RoomCommand.PostMessage(body(text), null, null));
    }

    void edits(Person person, RoomId room, long seq, String text) {
        does(person, room, new RoomCommand.EditMessage(seq, body(text)));
    }

    /** By the server itself, as jobs do. */
    Outcome<Answer.Accepted> deletesMany(RoomId room, List<Long> seqs) {
        var act = RoomActs.Act.byServer(room, "a wave of spam", null, ids.cid(), null);
        return acts.roomActs(acts.log().log()).removeMessages(act, seqs);
    }

    long does(Person person, RoomId room, RoomCommand command) {
        var submission = new RoomLog.Submission(person.user(), person.signIn(), room, command, null);
        return accepted(acts.log().log().submit(submission).toCompletableFuture())
                .seq();
    }

    Refusal refuses(Person person, RoomId room, RoomCommand command) {
        var submission = new RoomLog.Submission(person.user(), person.signIn(), room, command, null);
        Answer answer = acts.log()
                .log()
                .submit(submission)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        return ((Answer.Refused) answer).refusal();
    }

    private static MessageBody body(String text) {
        return new MessageBody(MessageBody.TEXT, text, "{\"text\":\"" + text + "\",\"type\":\"text\"}");
    }

    private static Answer.Accepted accepted(java.util.concurrent.CompletableFuture<Answer> answer) {
        try {
            return (Answer.Accepted) answer.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not accepted", e);
        }
    }

    Reports.Filed files(Person reporter, RoomId room, long seq, ReportType type) {
        return done(reports.message(reporter.user(), room, seq, new Reports.Complaint(type, "")));
    }

    static <T> T done(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(Refusal refusal) -> throw new AssertionError("refused: " + refusal);
        };
    }

    static <R extends Refusal> R refused(Class<R> type, Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?>(Refusal refusal) && type.isInstance(refusal)) {
            return type.cast(refusal);
        }
        throw new AssertionError("expected " + type.getSimpleName() + ", got " + outcome);
    }

    int sql(String statement, Object... values) {
        return identity.sql(statement, values);
    }

    long number(String query, Object... values) {
        return database.reads()
                .first(query, row -> row.getLong(1), values)
                .orElseThrow(() -> new AssertionError("nothing found by " + query));
    }

    List<String> texts(String query, Object... values) {
        return database.reads().list(query, row -> row.getString(1), values);
    }

    @Override
    public void close() {
        acts.close();
        identity.close();
    }
}
