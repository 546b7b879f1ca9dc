package io.confab.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import io.confab.room.RoomRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is asked of a rule before it is kept or switched on. Thread-safe. */
final class RuleChecks {
    private final RuleSettings settings;
    private final Clock clock;
    private final Fold fold = new Fold();

    RuleChecks(RuleSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Why a rule should be switched on only by who is sure. @param run its last dry run */
    List<String> warnings(RuleRow rule, DryRun run) {
        var warnings = new ArrayList<String>();
        if (Everyday.isAllMetBy(rule, fold, settings)) {
            warnings.add("it meets whatever anybody writes");
        }
        long percent = run.lookedAt() == 0 ? 0 : run.hits() * 100 / run.lookedAt();
        if (percent >= settings.warnPercent()) {
            warnings.add("it would have met " + percent + " % of all messages");
        }
        if (run.isOver() && run.lookedAt() == 0) {
            warnings.add("its dry run found no message to look at");
        }
        if (run.state() == DryRun.State.PARTIAL) {
            warnings.add("its dry run looked at a part of the messages only");
        }
        return warnings;
    }

    /** Why it may not be switched on; empty: it may. */
    Optional<Refusal> obstacle(Connection jdbc, RuleRow rule, boolean sure) throws SQLException {
        Optional<DryRun> run = DryRun.find(jdbc, rule.id())
                .map(r -> r.asOf(clock.instant()))
                .filter(r -> r.edition() == rule.edition() && r.isOver());
        if (run.isEmpty()) {
            return Optional.of(
                    new Refusal.Conflict("run this rule dry first, as it is now, and look at what it would have met"));
        }
        List<String> warnings = warnings(rule, run.get());
        return sure || warnings.isEmpty()
                ? Optional.empty()
                : Optional.of(new Refusal.Conflict(
                        "think again: " + String.join(", and ", warnings) + "; say that you are sure"));
    }

    /** The rule that a document describes, with all its expressions tried. */
    Outcome<RuleDefinition> checked(JsonNode document, String why) {
        Optional<Refusal> problem = problem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        try {
            RuleDefinition definition = RuleDocument.read(document, settings.words());
            Matching.of("", definition.trigger(), fold, new Tallies(), settings);
            return Outcome.done(definition);
        } catch (BadRule e) {
            return Outcome.refused(new Refusal.BadRequest(e.reason()));
        }
    }

    static Optional<Refusal> problem(String why) {
        return VisibleText.lineProblem("why", why, RoomRules.MAX_REASON_CHARS);
    }

    Tried tried(Trigger trigger, String text) {
        try {
            var matching = Matching.of("", trigger, fold, new Tallies(), settings);
            String met = matching.in(new Examined(fold, UserId.SERVER, text, clock.millis(), 1));
            return new Tried(met != null, met == null ? "" : RuleHit.shortened(met), false);
        } catch (Budget.Exhausted e) {
            return new Tried(false, "", true);
        } catch (BadRule e) {
            throw new IllegalStateException("it was checked", e);
        }
    }
}
