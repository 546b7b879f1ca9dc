package io.confab.rule;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.EventJson;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One dry run on its way, on one thread. */
final class DryLook {
    static final int PAGE = 1_000;
    static final int MOST_SAMPLES = 20;
    static final int MOST_AUTHORS = 100_000;

    private static final String MESSAGES = "select t.room_id, t.seq, t.ts, t.by_id, t.is_public,"
            + " coalesce(x.body, e.body) as body, a.role, a.created_at, m.role as room_role from message_text t"
            + " join room_event e on e.room_id = t.room_id and e.seq = t.seq"
            + " left join room_event x on x.room_id = e.room_id and x.seq = e.edited_seq"
            + " left join account a on a.id = t.by_id"
            + " left join room_member m on m.room_id = t.room_id and m.user_id = t.by_id";
    // index message_text_ts, then primary keys
    private static final String AFTER = MESSAGES + " where t.ts > ? order by t.ts limit " + PAGE;
    private static final String AT = MESSAGES + " where t.ts = ?";
    private static final String SAY = "update rule_dry_run set beat_at = ?, state = ?, looked_at = ?, hits = ?,"
            + " authors = ?, samples = ? where rule_id = ? and run = ?";

    // of the next rooms by id: the last of them, and how many lack an event that is old enough; primary keys
    private static final String BEHIND = "select max(r.id) as last_room, count(e.seq) as behind from"
            + " (select id, head from room where id > ? order by id limit " + PAGE + ") r"
            + " left join message_cursor c on c.room_id = r.id"
            + " left join room_event e on e.room_id = r.id and e.seq = coalesce(c.seq, 0) + 1"
            + " and r.head > coalesce(c.seq, 0) and e.ts <= ?";
    /** The index comes so far behind the log in its usual way. */
    private static final Duration INDEXED_WITHIN = Duration.ofSeconds(10);

    private final Transactions transactions;
    private final Reads reads;
    private final RuleSettings settings;
    private final Clock clock;
    private final Fold fold = new Fold();
    private final RuleRow rule;
    private final DryRun run;
    private final Matching matching;
    private final Set<String> exemptRooms = new HashSet<>();
    private final Set<String> authors = new HashSet<>();
    private final List<DryRun.Sample> samples = new ArrayList<>();
    private long lookedAt;
    private long hits;
    private volatile long now;

    DryLook(Transactions transactions, Reads reads, RuleSettings settings, Clock clock, RuleRow rule, DryRun run)
            throws BadRule {
        this.transactions = transactions;
        this.reads = reads;
        this.settings = settings;
        this.clock = clock;
        this.rule = rule;
        this.run = run;
        this.matching = Matching.of(rule.id(), rule.definition().trigger(), fold, tallies(), settings);
        rule.definition().exemptRooms().forEach(room -> exemptRooms.add(room.value()));
    }

    /** By the time of the messages: what lies further back than the rule asks is forgotten on the way. */
    private Tallies tallies() {
        return new Tallies(
                () -> TimeUnit.MILLISECONDS.toNanos(now),
                rule.definition().trigger().within());
    }

    void through() {
        long deadline = System.nanoTime() + settings.dryRunTime().toNanos();
        boolean whole = !isBehind(); // asked first: what comes into the index meanwhile may come too late
        long after = run.since().toEpochMilli();
        long until = run.startedAt().toEpochMilli();
        while (true) {
            long begun = System.nanoTime();
            List<Row> page = reads.list(AFTER, Row::of, after);
            boolean last = page.size() < PAGE || page.getLast().at() > until;
            if (page.size() == PAGE) { // of the last moment perhaps a part: it is read whole
                after = page.getLast().at();
                long moment = after;
                page.removeIf(row -> row.at() == moment);
                page.addAll(reads.list(AT, Row::of, moment));
            }
            page.stream().filter(row -> row.at() <= until).forEach(this::look);
            boolean late =
                    System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted();
            DryRun.State end = last && whole ? DryRun.State.DONE : DryRun.State.PARTIAL;
            if (!say(last || late ? end : DryRun.State.RUNNING) || last || late) {
                return;
            }
            LockSupport.parkNanos(System.nanoTime() - begun); // half of a processor and of the database is for others
        }
    }

    /** Whether the index, which is filled behind the log, lacks what was written before the run. */
    private boolean isBehind() {
        long before = run.startedAt().minus(INDEXED_WITHIN).toEpochMilli();
        Rooms rooms = new Rooms("", 0);
        do {
            rooms = reads.first(BEHIND, Rooms::of, rooms.last(), before).orElseThrow();
        } while (rooms.behind() == 0 && !rooms.last().isEmpty());
        return rooms.behind() > 0;
    }

    private void look(Row row) {
        lookedAt++;
        now = row.at();
        if (exemptRooms.contains(row.room()) || isExempt(row) || isOld(row)) {
            return;
        }
        String met = met(new Examined(fold, new UserId(row.by()), row.text(), row.at(), lookedAt));
        if (met != null) {
            hits++;
            if (authors.size() < MOST_AUTHORS) {
                authors.add(row.by());
            }
            if (row.isPublic() && samples.size() < MOST_SAMPLES) {
                samples.add(new DryRun.Sample(
                        new RoomId(row.room()),
                        row.seq(),
                        new UserId(row.by()),
                        Instant.ofEpochMilli(row.at()),
                        RuleHit.shortened(met)));
            }
        }
    }

    private @Nullable String met(Examined message) {
        try {
            return matching.in(message);
        } catch (Budget.Exhausted e) {
            return null; // as it would pass
        }
    }

    private boolean isOld(Row row) {
        return rule.definition().isOld(row.created(), row.at());
    }

    private boolean isExempt(Row row) {
        return rule.definition().isExempt(row.role(), row.roomRole());
    }

    /** False: it is not the rule's last run any more. */
    private boolean say(DryRun.State state) {
        ArrayNode json = Json.array();
        samples.forEach(sample -> json.add(Json.object()
                .put("room", sample.room().value())
                .put("seq", sample.seq())
                .put("author", sample.author().value())
                .put("at", sample.at().toEpochMilli())
                .put("met", sample.met())));
        String written = Json.write(json);
        return transactions.write((em, jdbc) -> Sql.update(
                        jdbc,
                        SAY,
                        clock.millis(),
                        state.word(),
                        lookedAt,
                        hits,
                        (long) authors.size(),
                        written,
                        rule.id(),
                        run.run()))
                == 1;
    }

    private record Row(
            String room,
            long seq,
            long at,
            String by,
            boolean isPublic,
            String text,
            @Nullable String role,
            long created,
            @Nullable String roomRole) {
        static Row of(ResultSet row) throws SQLException {
            String body = row.getString("body");
            return new Row(
                    row.getString("room_id"),
                    row.getLong("seq"),
                    row.getLong("ts"),
                    row.getString("by_id"),
                    row.getBoolean("is_public"),
                    body == null ? "" : EventJson.storedBody(body).text(),
                    row.getString("role"),
                    row.getLong("created_at"),
                    row.getString("room_role"));
        }
    }

    /** @param last of them by id; empty: there is none */
    private record Rooms(String last, long behind) {
        static Rooms of(ResultSet row) throws SQLException {
            String last = row.getString("last_room");
            return new Rooms(last == null ? "" : last, row.getLong("behind"));
        }
    }
}
