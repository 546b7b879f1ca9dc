package io.confab.admin;

import io.confab.job.Task;
import java.time.Duration;

/** How far back what a person said is deleted with a decision. */
public enum Lately {
    HOUR(Duration.ofHours(1)),
    DAY(Duration.ofHours(24)),
    WEEK(Duration.ofDays(7));

    private final Duration back;

    Lately(Duration back) {
        this.back = back;
    }

    Duration back() {
        return back;
    }

    /** In words. */
    public String label() {
        return "the last " + Task.Deletion.span(back);
    }
}
