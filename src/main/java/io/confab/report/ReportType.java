package io.confab.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody says is wrong. The graver it is, the more it counts in the order of the queue. */
public enum ReportType {
    SPAM(10),
    HARASSMENT(20),
    HATE(30),
    SEXUAL(20),
    VIOLENCE(40),
    ILLEGAL(40),
    OTHER(10);

    private final int points;

    ReportType(int points) {
        this.points = points;
    }

    /** What a report of it counts by somebody of whom nothing is known. */
    int points() {
        return points;
    }

    /** On the wire and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ReportType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
    }
}
