package io.confab.report;

import java.util.Arrays;
import java.util.Locale;

/** What staff said of a case. */
public enum Verdict {
    /** The reports are right; something was done, or need not be. */
    AGREE(ReportOutcome.UPHELD),
    /** The reports are wrong: what was reported may stay. */
    DISAGREE(ReportOutcome.REJECTED),
    /** Neither: it is not worth a decision, and nobody's reports weigh more or less for it. */
    IGNORE(ReportOutcome.CLOSED),
    /** For an admin to decide. */
    ESCALATE(ReportOutcome.OPEN),
    /** A remark to the others of staff. */
    NOTE(ReportOutcome.OPEN),
    /** A decision was taken back; the case is open again. */
    UNDO(ReportOutcome.OPEN),
    /** A moderator of the room would let it stand, and leaves it to staff; see docs/adr/0084. */
    PASS(ReportOutcome.OPEN);

    private final ReportOutcome outcome;

    Verdict(ReportOutcome outcome) {
        this.outcome = outcome;
    }

    /** What reporters are told. */
    ReportOutcome outcome() {
        return outcome;
    }

    /** Nothing is left to decide after it. */
    boolean closes() {
        return outcome != ReportOutcome.OPEN;
    }

    /** What reporters are told of a verdict that closed their report; of one that only a newer node knows, that it is closed. */
    static ReportOutcome outcome(String word) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.word().equals(word))
                .findFirst()
                .map(Verdict::outcome)
                .orElse(ReportOutcome.CLOSED);
    }

    /** For the trail, when nothing else was said. */
    String why() {
        return "report: " + word();
    }

    /** For people. */
    String title() {
        return this == PASS ? "let it stand; staff decide" : word();
    }

    /** In the database and in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
