package io.confab.audit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * The trail to take away: sealed lines in the order of the chain, in pages. Whoever goes on behind the last line they have
 * misses none, however late its act was committed. Thread-safe.
 */
@Singleton
public class AuditExport {
    public static final int MAX_PAGE = 1_000;
    /** Looked at for one page, however few of them match. */
    private static final int MOST_READ = 20_000;

    private final AuditTrail trail;

    @Inject
    public AuditExport(AuditTrail trail) {
        this.trail = trail;
    }

    /**
     * Some lines.
     *
     * @param next where to go on: behind this number of the chain
     * @param more whether it is worth while now
     */
    public record Page(List<AuditTrail.Entry> lines, long next, boolean more) {
        public Page {
            lines = List.copyOf(lines);
        }
    }

    /** @param after a number of the chain, 0: from the beginning; @param limit at most {@link #MAX_PAGE} */
    public Page page(AuditTrail.Filter filter, long after, int limit) {
        int most = Math.clamp(limit, 1, MAX_PAGE);
        var lines = new ArrayList<AuditTrail.Entry>();
        long next = after;
        for (int read = 0; read < MOST_READ; ) {
            List<AuditTrail.Entry> rows = trail.sealed(next, MAX_PAGE);
            for (AuditTrail.Entry entry : rows) {
                if (filter.matches(entry)) {
                    if (lines.size() == most) {
                        return new Page(lines, next, true);
                    }
                    lines.add(entry);
                }
                next = entry.place();
            }
            if (rows.size() < MAX_PAGE) {
                return new Page(lines, next, false);
            }
            read += rows.size();
        }
        return new Page(lines, next, true);
    }
}
