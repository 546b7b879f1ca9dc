package io.confab.report;

import io.confab.audit.AuditAct;
import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.identity.Policies;
import io.confab.kernel.Refusal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * From which score of its case on the server hides a reported message: {@code confab.report.hide-score}, until an admin decides
 * otherwise while the server runs. Thread-safe.
 */
@Singleton
public class HidePolicy {
    public static final int MAX_SCORE = 100_000;

    private static final String NAME = "hide_score";

    private final Policies policies;
    private final int unlessDecided;

    @Inject
    public HidePolicy(Policies policies, ReportSettings settings) {
        this.policies = policies;
        this.unlessDecided = settings.hideScore();
    }

    /** Points; zero: it hides nothing. */
    public int score() {
        return policies.decided(NAME).map(Integer::parseInt).orElse(unlessDecided);
    }

    int score(Connection jdbc) throws SQLException {
        return Policies.decided(jdbc, NAME).map(Integer::parseInt).orElse(unlessDecided);
    }

    /** As {@link Policies#decide}; a report after it goes by it, and what is hidden stays so until it is decided. */
    public Outcome<Boolean> decide(Actor actor, int score, String why) {
        if (score < 0 || score > MAX_SCORE) {
            return Outcome.refused(new Refusal.BadRequest("the score must be 0 (never) to " + MAX_SCORE));
        }
        return policies.decide(
                actor, NAME, AuditAct.HIDE_RULE, Integer.toString(unlessDecided), Integer.toString(score), why);
    }
}
