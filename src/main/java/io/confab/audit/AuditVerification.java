package io.confab.audit;

import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Computes the chain anew, line by line, and names the first that is not as it was sealed. It takes as long as it takes to
 * read the trail; what it does not come to within {@link #LONGEST} is for the next call, from there on. Thread-safe.
 */
@Singleton
public class AuditVerification {
    /** Of one call. */
    static final Duration LONGEST = Duration.ofSeconds(20);

    /** A line may have begun before the one that was sealed before it, and clocks are set back: by less than this. */
    private static final Duration OUT_OF_TIME = Duration.ofHours(1);

    private static final int PAGE = 1_000;
    private static final int MOST_HEADS = 10_000;
    private static final String NEWEST = "select max(chain_no) from audit";
    private static final String OPEN =
            "select count(*) from (select 1 as one from audit where chain_no is null limit ?)" + " as waiting";
    private static final int MOST_OPEN = 10_000;
    private static final Pattern HEAD = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");

    private final AuditTrail trail;
    private final AuditChain chain;
    private final Reads reads;

    @Inject
    public AuditVerification(AuditTrail trail, AuditChain chain, Database database) {
        this.trail = trail;
        this.chain = chain;
        this.reads = database.reads();
    }

    /** What may be wrong with a line of the chain. */
    public enum Fault {
        /** It does not say what it said when it was sealed, or stands in another's place. */
        CHANGED,
        /** It is not there. */
        MISSING,
        /** It was put there by something else than the sealing. */
        INSERTED,
        /** It says that it was written more than an hour before the line that was sealed before it. */
        BACKDATED,
        /** It is not the line that ended its day: this one or earlier ones were changed, and all sealed anew. */
        NOT_THE_HEAD
    }

    /** @param line its number in the chain */
    public record Wrong(long line, Fault fault) {}

    /** The end of the chain as somebody kept it: {@code number:hash}, as the log and the console show heads. */
    public record KeptHead(long number, String hash) {
        /** Empty: that is no head. */
        public static Optional<KeptHead> of(String text) {
            var form = HEAD.matcher(text.strip());
            return form.matches()
                    ? Optional.of(new KeptHead(Long.parseLong(form.group(1)), form.group(2)))
                    : Optional.empty();
        }
    }

    /**
     * What was found.
     *
     * @param to the last line that is as it was sealed, with all before it since {@code from}
     * @param wrong the first that is not; null: none so far
     * @param whole the chain was looked through to its end, or to the wrong line
     * @param open lines that are not yet sealed, counted to ten thousand
     */
    public record Found(long from, long to, @Nullable Wrong wrong, boolean whole, int open) {}

    /**
     * Looks through the chain.
     *
     * @param after goes on behind this line, which was found right before; 0: from the beginning
     * @param kept null: nobody kept one; else the chain must still hold it
     */
    public Found verify(long after, @Nullable KeptHead kept) {
        return verify(after, kept, LONGEST);
    }

    Found verify(long after, @Nullable KeptHead kept, Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        var walk = new Walk(after, kept);
        @Nullable Wrong wrong;
        while (true) {
            // the last one again, to see that it stands there once; of the beginning, whatever claims to stand before
            // it
            List<AuditTrail.Entry> page = trail.sealed(walk.number == 0 ? Long.MIN_VALUE : walk.number - 1, PAGE);
            wrong = walk.through(page);
            if (wrong != null || page.size() < PAGE || walk.number >= walk.end()) {
                break;
            }
            if (System.nanoTime() - deadline >= 0) {
                return new Found(after + 1, walk.number, null, false, open());
            }
        }
        if (wrong == null) {
            wrong = walk.atTheEnd();
        }
        return new Found(after + 1, walk.number, wrong, true, open());
    }

    private int open() {
        return reads.first(OPEN, row -> row.getInt(1), MOST_OPEN).orElseThrow();
    }

    /** One look through the chain: what it has seen last. */
    private final class Walk {
        private final Optional<AuditChain.Tail> tail = chain.tail();
        private final Map<Long, String> heads = new TreeMap<>();
        private final long after;
        private long number;
        private long id;
        private String hash = LineHash.BEGINNING;
        private Instant at = Instant.EPOCH;

        Walk(long after, @Nullable KeptHead kept) {
            this.after = after;
            this.number = after;
            chain.heads(after, MOST_HEADS).forEach(head -> heads.put(head.number(), head.hash()));
            if (kept != null && kept.number() > after) {
                heads.merge(kept.number(), kept.hash(), (ours, theirs) -> ours.equals(theirs) ? ours : "");
            }
        }

        /** Where the chain ended when the walk began; what was sealed since is for another walk. */
        long end() {
            return tail.map(AuditChain.Tail::number).orElse(Long.MAX_VALUE);
        }

        @Nullable
        Wrong through(List<AuditTrail.Entry> page) {
            for (AuditTrail.Entry entry : page) {
                AuditTrail.Seal seal = Objects.requireNonNull(entry.seal());
                if (seal.number() > end()) {
                    return null;
                }
                Wrong wrong = next(entry, seal);
                if (wrong != null) {
                    return wrong;
                }
            }
            return null;
        }

        private @Nullable Wrong next(AuditTrail.Entry entry, AuditTrail.Seal seal) {
            if (number == after && number > 0 && id == 0) { // the line to go on behind
                return seal.number() == number ? pass(entry, seal) : new Wrong(number, Fault.MISSING);
            }
            if (seal.number() <= number) {
                return entry.number() == id ? null : new Wrong(seal.number(), Fault.INSERTED);
            }
            long expected = number + 1;
            if (seal.number() > expected) {
                return new Wrong(expected, Fault.MISSING);
            }
            if (!LineHash.of(hash, expected, entry).equals(seal.hash())) {
                return new Wrong(expected, Fault.CHANGED);
            }
            if (entry.at().isBefore(at.minus(OUT_OF_TIME))) {
                return new Wrong(expected, Fault.BACKDATED);
            }
            String head = heads.remove(expected);
            if (head != null && !head.equals(seal.hash())) {
                return new Wrong(expected, Fault.NOT_THE_HEAD);
            }
            return pass(entry, seal);
        }

        private @Nullable Wrong pass(AuditTrail.Entry entry, AuditTrail.Seal seal) {
            number = seal.number();
            id = entry.number();
            hash = seal.hash();
            at = entry.at();
            return null;
        }

        /** All lines are right: are they all that there were, and no more? */
        @Nullable
        Wrong atTheEnd() {
            boolean cut = tail.isEmpty()
                    || number < tail.get().number()
                    || heads.keySet().stream().anyMatch(head -> head > number);
            if (cut) {
                return new Wrong(number + 1, Fault.MISSING);
            }
            if (!hash.equals(tail.get().hash())) {
                return new Wrong(number, Fault.CHANGED);
            }
            return beyondTheEnd() ? new Wrong(number + 1, Fault.INSERTED) : null;
        }

        /** The sealing writes lines and the end together, so at every moment they agree. */
        private boolean beyondTheEnd() {
            return reads.first("select 1 from audit_tail where id = 1 and chain_no < (" + NEWEST + ")", row -> true)
                    .isPresent();
        }
    }
}
