package io.confab.rule;

import io.confab.kernel.Clockwork;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.Sha256;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The rules as this node has them, asked of the database again and again, and what they say of a text. Without rules a text costs
 * one look at a field. Thread-safe.
 */
@Singleton
public class LiveRules {
    private static final System.Logger LOG = System.getLogger(LiveRules.class.getName());
    private static final String VERSION = "select version from rule_version where id = 1";

    private final Database database;
    private final Reads reads;
    private final Rules rules;
    private final RuleHits hits;
    private final RuleSettings settings;
    private final RuleMetrics metrics;
    private final Clock clock;
    private final Fold fold = new Fold();
    private final Tallies tallies = new Tallies();
    /** Of this process alone: clients cannot look for keys that are one to it. */
    private final String salt = new Ids().random();

    private final Clockwork work = new Clockwork("confab-rules");
    private volatile RuleBook book = RuleBook.EMPTY;
    private long version = -1; // of the book; the clock's thread alone

    @Inject
    public LiveRules(
            Database database, Rules rules, RuleHits hits, RuleSettings settings, RuleMetrics metrics, Clock clock) {
        this.database = database;
        this.reads = database.reads();
        this.rules = rules;
        this.hits = hits;
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
    }

    void start(@Observes Startup startup) {
        start();
    }

    /**
     * No message comes before the rules are there: a database that is away is waited for, as by all that a node starts with, and
     * without them it does not start.
     *
     * @throws StoreFailure when they could not be read
     */
    void start() {
        database.onceThere(this::read);
        work.every(settings.refresh(), this::round);
    }

    /** A rule that has fallen while the database was away falls as soon as it is back. */
    void round() {
        refresh();
        book.fallen(rules::fell);
    }

    @PreDestroy
    void stop() {
        work.stop();
    }

    /** Takes what has changed; while the database is away, what it has stays. */
    void refresh() {
        try {
            read();
        } catch (StoreFailure e) {
            LOG.log(Level.DEBUG, "rules were not asked for: {0}", e.getMessage());
        }
    }

    /** @return whether something had changed; @throws StoreFailure when it could not be asked */
    private synchronized boolean read() {
        long newest = reads.first(VERSION, row -> row.getLong(1)).orElse(0L);
        if (newest == version) {
            return false;
        }
        book = RuleBook.of(rules.list(), book, fold, tallies, settings, this::trouble);
        version = newest;
        metrics.live(book.size());
        return true;
    }

    /**
     * What the rules say of a command's text; empty: nothing. In the thread of who sends, so that it costs nobody else.
     *
     * @param cid null: the log makes one
     */
    public Optional<Judgement> judge(UserId by, RoomId room, RoomCommand command, @Nullable String cid) {
        RuleBook now = book;
        if (now.isEmpty()) {
            return Optional.empty();
        }
        return switch (command) {
            case RoomCommand.PostMessage post -> judge(now, by, room, null, post.body(), counted(cid));
            case RoomCommand.EditMessage edit -> judge(now, by, room, edit.seq(), edit.body(), 0);
            default -> Optional.empty(); // no other has a text that people read as a message
        };
    }

    private Optional<Judgement> judge(
            RuleBook now, UserId by, RoomId room, @Nullable Long edited, MessageBody body, long message) {
        Instant at = clock.instant();
        var examined = new Examined(fold, by, body.text(), at.toEpochMilli(), message);
        List<Judgement.Met> met = now.met(examined, room, this::trouble);
        if (met.isEmpty()) {
            return Optional.empty();
        }
        metrics.met();
        return Optional.of(Judgement.of(by, room, edited, at, met));
    }

    /** A retry under the same key is the same message. */
    private long counted(@Nullable String cid) {
        long told = cid == null ? ThreadLocalRandom.current().nextLong() : number(cid);
        return told == 0 ? 1 : told;
    }

    /** Clients choose their keys: of a weaker hash they would find two that are one. */
    long number(String cid) {
        return ByteBuffer.wrap(Sha256.of((salt + cid).getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    /** In any thread that matches. @param what empty: once; that is counted and no more */
    private void trouble(RuleRow rule, String what) {
        metrics.failed();
        if (!what.isEmpty()) {
            work.after(Duration.ZERO, () -> {
                rules.fell(rule, what);
                refresh();
            });
        }
    }

    /** What became of a message that was judged; on the log's thread, so what it asks for is done elsewhere. */
    public void answered(Judgement judgement, Answer answer) {
        hits.answered(judgement, answer);
    }
}
