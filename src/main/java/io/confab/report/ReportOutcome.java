package io.confab.report;

import java.util.Locale;

/** What became of a report, as its reporter is told: whether staff agreed, not what they did to whom. */
public enum ReportOutcome {
    OPEN,
    UPHELD,
    REJECTED,
    CLOSED;

    /** On the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
