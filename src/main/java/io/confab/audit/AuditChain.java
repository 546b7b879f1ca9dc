package io.confab.audit;

import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Seals the lines of the trail: each gets the next number of the chain and a hash over itself and the hash before it, after
 * the commit of its act and in a transaction of its own, so that no act ever waits for the chain (docs/adr/0071). Of several
 * nodes one seals, the others pass by. How a day (UTC) ended becomes its head: a row, and a line of the log. Thread-safe.
 */
@Singleton
public class AuditChain {
    static final int BATCH = 500;

    private static final System.Logger LOG = System.getLogger(AuditChain.class.getName());
    private static final int MOST_BATCHES = 40;
    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
    private static final String TAIL =
            "select chain_no, hash, utc_day, head_no, " + NOW + " as now_ms from audit_tail where id = 1";
    private static final String MINE = TAIL + " for update skip locked";
    private static final String WORK = "select 1 where exists (select 1 from audit where chain_no is null)"
            + " or exists (select 1 from audit_tail where id = 1 and chain_no > head_no and utc_day < ?)";
    // by audit_chain
    private static final String OLDEST_OPEN =
            "select at from audit where chain_no is null order by chain_no, id limit 1";
    private static final String SEAL = "update audit set chain_no = ?, hash = ? where id = ?";
    private static final String HEAD = "insert into audit_head (utc_day, chain_no, hash) values (?, ?, ?)";
    private static final String HEADS =
            "select utc_day, chain_no, hash from audit_head where chain_no > ? order by chain_no limit ?";
    private static final String NEWEST_HEADS =
            "select utc_day, chain_no, hash from audit_head order by chain_no desc limit ?";
    private static final String END =
            "update audit_tail set chain_no = ?, hash = ?, utc_day = ?, head_no = ? where id = 1";

    private final Transactions transactions;
    private final Reads reads;
    private final Clock clock;

    @Inject
    public AuditChain(Database database, Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.clock = clock;
    }

    /** How a day ended. @param day by UTC, {@code 2026-11-26} */
    public record Head(String day, long number, String hash) {}

    /** Where the chain ends. @param day when its last line was sealed, empty: never */
    record Tail(long number, String hash, String day, long headNumber, String today) {
        private Tail ended() {
            return new Tail(number, hash, today, number, today);
        }

        private Tail with(long next, String nextHash) {
            // a clock that was set back over midnight must not make a day end twice
            return new Tail(next, nextHash, today.compareTo(day) < 0 ? day : today, headNumber, today);
        }
    }

    private record Round(int sealed, @Nullable Head head) {}

    /** Seals what waits, and writes down the head of a day that is over. @return how many lines it sealed */
    public int seal() {
        String today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
        if (reads.first(WORK, row -> true, today).isEmpty()) {
            return 0;
        }
        int sealed = 0;
        for (int i = 0; i < MOST_BATCHES; i++) {
            Round round = transactions.write((entities, jdbc) -> round(jdbc));
            if (round.head() != null) {
                tell(round.head());
            }
            sealed += round.sealed();
            if (round.sealed() < BATCH) {
                break;
            }
        }
        return sealed;
    }

    /** For how long the oldest line, or the head of the first day that is over and has none, waits for its seal; zero: nothing does. */
    Duration waiting() {
        // by the database's clock, as lines have it
        Instant now = reads.first("select " + NOW, row -> Instant.ofEpochMilli(row.getLong(1)))
                .orElseThrow();
        Optional<Instant> line = reads.first(OLDEST_OPEN, row -> Instant.ofEpochMilli(row.getLong(1)));
        Optional<Instant> head = tail().filter(AuditChain::lacksHead).map(AuditChain::endOfItsDay);
        return Stream.of(line, head)
                .flatMap(Optional::stream)
                .filter(now::isAfter)
                .min(Comparator.naturalOrder())
                .map(since -> Duration.between(since, now))
                .orElse(Duration.ZERO);
    }

    private static boolean lacksHead(Tail tail) {
        return tail.number() > tail.headNumber() && tail.day().compareTo(tail.today()) < 0;
    }

    private static Instant endOfItsDay(Tail tail) {
        return LocalDate.parse(tail.day())
                .plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    /** Where the chain ends, as everybody sees it; empty: somebody has removed that row. */
    Optional<Tail> tail() {
        return reads.first(TAIL, AuditChain::tail);
    }

    /** Heads of days beyond a line, oldest first; by audit_head_no. */
    List<Head> heads(long after, int limit) {
        return reads.list(HEADS, AuditChain::head, after, limit);
    }

    /** The heads of the last days, newest first; by audit_head_no. */
    public List<Head> newestHeads(int limit) {
        return reads.list(NEWEST_HEADS, AuditChain::head, limit);
    }

    private static Head head(ResultSet row) throws SQLException {
        return new Head(row.getString("utc_day"), row.getLong("chain_no"), row.getString("hash"));
    }

    private static Round round(Connection jdbc) throws SQLException {
        Optional<Tail> mine = lock(jdbc);
        if (mine.isEmpty()) {
            return new Round(0, null); // another node seals
        }
        Tail tail = mine.get();
        Head head = null;
        if (lacksHead(tail)) {
            head = new Head(tail.day(), tail.number(), tail.hash());
            write(jdbc, head);
            tail = tail.ended();
        }
        List<AuditTrail.Entry> open = AuditTrail.open(jdbc, BATCH); // after the lock: nobody else seals them
        try (var seal = jdbc.prepareStatement(SEAL)) {
            for (AuditTrail.Entry entry : open) {
                long number = tail.number() + 1;
                tail = tail.with(number, LineHash.of(tail.hash(), number, entry));
                seal.setLong(1, number);
                seal.setString(2, tail.hash());
                seal.setLong(3, entry.number());
                seal.addBatch();
            }
            if (!open.isEmpty()) {
                seal.executeBatch();
            }
        }
        if (head != null || !open.isEmpty()) {
            write(jdbc, tail);
        }
        return new Round(open.size(), head);
    }

    private static Optional<Tail> lock(Connection jdbc) throws SQLException {
        try (var statement = jdbc.prepareStatement(MINE);
                var rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(tail(rows)) : Optional.empty();
        }
    }

    private static Tail tail(ResultSet row) throws SQLException {
        Instant now = Instant.ofEpochMilli(row.getLong("now_ms"));
        return new Tail(
                row.getLong("chain_no"),
                row.getString("hash"),
                row.getString("utc_day"),
                row.getLong("head_no"),
                LocalDate.ofInstant(now, ZoneOffset.UTC).toString());
    }

    private static void write(Connection jdbc, Head head) throws SQLException {
        try (var insert = jdbc.prepareStatement(HEAD)) {
            insert.setString(1, head.day());
            insert.setLong(2, head.number());
            insert.setString(3, head.hash());
            insert.executeUpdate();
        }
    }

    private static void write(Connection jdbc, Tail tail) throws SQLException {
        try (var update = jdbc.prepareStatement(END)) {
            update.setLong(1, tail.number());
            update.setString(2, tail.hash());
            update.setString(3, tail.day());
            update.setLong(4, tail.headNumber());
            update.executeUpdate();
        }
    }

    /** To be kept where nobody who can write the database can change it. */
    private static void tell(Head head) {
        LOG.log(Level.INFO, "audit head of " + head.day() + ": " + head.number() + ":" + head.hash());
    }
}
