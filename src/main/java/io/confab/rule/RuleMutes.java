package io.confab.rule;

import io.confab.identity.Outcome;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Ids;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.room.SanctionKind;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Mutes the authors of what rules met, one after the other, on a thread of its own. Thread-safe. */
final class RuleMutes {
    private static final System.Logger LOG = System.getLogger(RuleMutes.class.getName());
    private static final int MOST_WAITING = 100;

    private final RoomActs acts;
    private final Clock clock;
    private final Ids ids = new Ids();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Clockwork work = new Clockwork("confab-rule-mutes");

    RuleMutes(RoomActs acts, Clock clock) {
        this.acts = acts;
        this.clock = clock;
    }

    /**
     * @param then told whether it was this that muted them
     * @return false: too many wait, nothing is done
     */
    boolean mute(Judgement judgement, RuleRow rule, Consumer<Boolean> then) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        work.after(Duration.ZERO, () -> {
            waiting.decrementAndGet();
            boolean muted = false;
            try {
                muted = muteNow(judgement, rule);
            } finally {
                then.accept(muted);
            }
        });
        return true;
    }

    /** @return how many waited, whom nobody mutes now */
    int stop() {
        work.stop();
        return waiting.get();
    }

    private boolean muteNow(Judgement judgement, RuleRow rule) {
        RuleDefinition definition = rule.definition();
        var act = RoomActs.Act.byServer(
                judgement.room(), "rule: " + definition.name(), definition.told(), "rule-" + ids.random(), null);
        var outcome = acts.sanctionAtLeast(
                act, judgement.by(), SanctionKind.MUTE, clock.instant().plus(definition.muteFor()));
        if (outcome instanceof Outcome.Refused<Answer.Accepted> refused) {
            LOG.log(
                    Level.DEBUG,
                    "{0} was not muted in {1}: {2}",
                    judgement.by(),
                    judgement.room(),
                    refused.refusal().message());
        }
        return outcome instanceof Outcome.Done<Answer.Accepted>(Answer.Accepted accepted) && !accepted.duplicate();
    }
}
