package io.confab.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Account;
import io.confab.identity.Actor;
import io.confab.identity.AdminActs;
import io.confab.identity.IdentityNode;
import io.confab.identity.Outcome;
import io.confab.identity.SignInSettings;
import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.moderation.NodeActs;
import io.confab.report.ServerReports;
import io.confab.room.LoggedEvent;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Rules as one node has them, over a real database with a real log; two of them on one URL are two nodes. */
final class RuleNode implements AutoCloseable {
    private static final Map<String, String> SETTINGS = Map.of("confab.rules.words", "20", "confab.rules.most", "5");

    private final IdentityNode identity;
    private final NodeActs acts;
    private final Ids ids = new Ids();
    /** How often rules, or the rows of hits, are out of reach from now on. */
    final AtomicInteger rulesAway = new AtomicInteger();

    final AtomicInteger hitsAway = new AtomicInteger();
    /** How often hits are written and nobody learns it. */
    final AtomicInteger hitsUnheard = new AtomicInteger();

    /** No alert can ever become a case. */
    volatile boolean unfitAlerts;

    final RuleMetrics metrics = new RuleMetrics();
    final Database database;
    final RuleSettings settings = RuleSettings.from(new Configuration(key -> Optional.ofNullable(SETTINGS.get(key))));
    final Rules rules;
    final RuleHits hits;
    final DryRuns dryRuns;
    final LiveRules live;
    volatile boolean mayFall = true;
    volatile boolean rulesBroken;
    /** What a mute of a rule meets first. */
    volatile Runnable beforeMutes = () -> {};

    final AtomicInteger fellInVain = new AtomicInteger();
    /** What was told of commits. */
    final List<LoggedEvent> told = new CopyOnWriteArrayList<>();

    RuleNode(String url) {
        identity = new IdentityNode(url);
        database = identity.database;
        Clock clock = Clock.systemUTC();
        var reports = new ServerReports(database, clock) {
            @Override
            public boolean noticed(RoomId room, long seq, String rule) {
                if (unfitAlerts) {
                    database.reads().query(jdbc -> {
                        throw new SQLException("too long", "22001");
                    });
                }
                return super.noticed(room, seq, rule);
            }
        };
        acts = new NodeActs(database, (room, epoch, events) -> told.addAll(events), reports);
        var admin = new AdminActs(database, SignInSettings.from(new Configuration(key -> Optional.empty())));
        rules = new Rules(database, admin, settings, clock) {
            @Override
            public List<RuleRow> list() {
                if (rulesBroken) {
                    throw new IllegalStateException("what is read makes no sense");
                }
                if (rulesAway.getAndUpdate(RuleNode::less) > 0) {
                    away();
                }
                return super.list();
            }

            @Override
            void fell(RuleRow rule, String trouble) {
                if (mayFall) {
                    super.fell(rule, trouble);
                } else {
                    fellInVain.incrementAndGet();
                    throw new IllegalStateException("the database is away");
                }
            }
        };
        var rows = new HitRows(database) {
            @Override
            int insert(Connection jdbc, List<WaitingHit> hits, Map<Place, Standing> people) throws SQLException {
                if (hitsAway.getAndUpdate(RuleNode::less) > 0) {
                    throw lost();
                }
                return super.insert(jdbc, hits, people);
            }
        };
        hits = new RuleHits(rows, acts.roomActs(line()), reports, settings, metrics, clock) {
            @Override
            void write(List<WaitingHit> hits) {
                super.write(hits);
                if (hitsUnheard.getAndUpdate(RuleNode::less) > 0) {
                    away();
                }
            }
        };
        dryRuns = new DryRuns(database, admin, settings, clock);
        live = new LiveRules(database, rules, hits, settings, metrics, clock);
    }

    private RoomLog line() {
        return new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                beforeMutes.run();
                return acts.log().log().submit(submission);
            }

            @Override
            public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
                return acts.log().log().create(caller, command, cid);
            }
        };
    }

    private static int less(int times) {
        return Math.max(0, times - 1);
    }

    private static SQLException lost() {
        return new SQLException("the database is away", "08006");
    }

    private void away() {
        database.reads().query(jdbc -> {
            throw lost();
        });
    }

    record Person(Account account, Actor actor) {
        UserId user() {
            return account.id();
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
        String name = kind == RoomKind.DIRECT ? "" : "a room";
        return accepted(given(
                        acts.log().log().create(caller, new RoomCommand.CreateRoom(kind, name, members), ids.cid())))
                .room();
    }

    /** What became of a command whose answer the rules have yet to be told. */
    record Sent(Optional<Judgement> judgement, Answer answer) {}

    /** As a door sends it. */
    Answer sends(Person person, RoomId room, RoomCommand command, String cid) {
        Sent sent = decided(person, room, command, cid);
        sent.judgement().ifPresent(judgement -> live.answered(judgement, sent.answer()));
        return sent.answer();
    }

    Sent decided(Person person, RoomId room, RoomCommand command, String cid) {
        Optional<Judgement> judgement = live.judge(person.user(), room, command, cid);
        Answer answer = given(acts.log()
                .log()
                .submit(new RoomLog.Submission(
                        person.user(),
                        person.actor().signIn(),
                        null,
                        room,
                        command,
                        cid,
                        null,
                        judgement.map(Judgement::verdict).orElse(null))));
        return new Sent(judgement, answer);
    }

    Answer posts(Person person, RoomId room, String text) {
        return sends(person, room, post(text), ids.cid());
    }

    static RoomCommand post(String text) {
        return new RoomCommand.PostMessage(body(text), null, null);
    }

    static MessageBody body(String text) {
        String json = Json.write(Json.object().put("text", text).put("type", "text"));
        return new MessageBody(MessageBody.TEXT, text, json);
    }

    private static Answer given(CompletionStage<Answer> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    static Answer.Accepted accepted(Answer answer) {
        if (answer instanceof Answer.Accepted accepted) {
            return accepted;
        }
        throw new AssertionError("refused: " + answer);
    }

    static <R extends Refusal> R refused(Class<R> type, Object answer) {
        Object refusal = switch (answer) {
            case Answer.Refused(Refusal of) -> of;
            case Outcome.Refused<?>(Refusal of) -> of;
            default -> answer;
        };
        if (type.isInstance(refusal)) {
            return type.cast(refusal);
        }
        throw new AssertionError("expected " + type.getSimpleName() + ", got " + answer);
    }

    static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError("refused: " + outcome);
    }

    static ObjectNode document(String act, JsonNode trigger) {
        ObjectNode json = Json.object().put("name", "a rule").put("act", act).put("told", "Not here, please.");
        if (act.equals("mute")) {
            json.put("mute_s", 600);
        }
        json.set("trigger", trigger);
        return json;
    }

    static JsonNode trigger(String json) {
        return Json.read(json);
    }

    static JsonNode word(String word) {
        ObjectNode json = Json.object().put("kind", "words");
        json.putArray("words").add(word);
        return json;
    }

    RuleRow watching(Person admin, ObjectNode document) {
        RuleRow rule = done(rules.create(admin.actor(), document, ids.cid(), ""));
        live.refresh();
        return rule;
    }

    /** Run dry and switched on, and known to this node. */
    RuleRow on(Person admin, ObjectNode document) {
        RuleRow rule = watching(admin, document);
        runDry(admin, rule);
        RuleRow on = done(rules.turn(admin.actor(), grounds(rule), RuleMode.ON, true));
        live.refresh();
        return on;
    }

    /** Nothing here fills the index of messages: it is as if it had come to the end of all rooms. */
    DryRun runDry(Person admin, RuleRow rule) {
        sql("delete from message_cursor");
        sql("insert into message_cursor (room_id, seq) select id, head from room");
        return runDryAsIs(admin, rule);
    }

    DryRun runDryAsIs(Person admin, RuleRow rule) {
        done(dryRuns.start(admin.actor(), rule.id()));
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> dryRuns.last(rule.id()).orElseThrow(), DryRun::isOver);
    }

    static Rules.Grounds grounds(RuleRow rule) {
        return new Rules.Grounds(rule.id(), rule.revision(), "");
    }

    List<RuleHit> hits(RuleRow rule) {
        hits.round();
        return hits.page(rule.id(), "", 50);
    }

    void forgetAll() {
        sql("delete from rule");
        sql("update rule_version set version = version + 1");
        live.refresh();
    }

    int sql(String statement, Object... values) {
        return identity.sql(statement, values);
    }

    String one(String query, Object... values) {
        return String.valueOf(identity.one(query, values));
    }

    List<String> texts(String query, Object... values) {
        return database.reads().list(query, row -> row.getString(1), values);
    }

    @Override
    public void close() {
        live.stop();
        hits.stop();
        dryRuns.stop();
        acts.close();
        identity.close();
    }
}
