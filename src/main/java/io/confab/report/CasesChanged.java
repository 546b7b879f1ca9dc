package io.confab.report;

import java.util.List;

/**
 * Cases that changed a moment ago, on whichever node, in the order in which they did: opened, reported again, looked at,
 * decided. Fired on each node by {@link CaseFeed}, from its thread: who hears it does short things.
 */
public record CasesChanged(List<CaseRow> cases) {
    public CasesChanged {
        cases = List.copyOf(cases);
    }
}
