package io.confab.rule;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a rule met, until it is written down.
 *
 * @param decided the rule decided it, so its author is not exempt
 * @param told its alert has made a case
 */
record WaitingHit(
        String id,
        RuleRow rule,
        Instant at,
        UserId by,
        RoomId room,
        @Nullable Long seq,
        RuleHit.Outcome outcome,
        String met,
        boolean decided,
        boolean told) {
    WaitingHit noted() {
        return new WaitingHit(id, rule, at, by, room, seq, RuleHit.Outcome.NOTED, met, decided, told);
    }

    WaitingHit asCase() {
        return new WaitingHit(id, rule, at, by, room, seq, outcome, met, decided, true);
    }
}
