package io.confab.rule;

import io.confab.kernel.UserId;
import java.time.Duration;
import java.util.List;

/** Whether a rule meets whatever anybody writes: tried on texts that have nothing in common. */
final class Everyday {
    private static final List<String> TEXTS = List.of("hello there", "ok", "42?", "С добрым утром", "你好");

    private Everyday() {}

    static boolean isAllMetBy(RuleRow rule, Fold fold, RuleSettings settings) {
        if (!rule.definition().youngerThan().isZero()) {
            return false; // it is about a few
        }
        try {
            var matching = Matching.of(rule.id(), rule.definition().trigger(), fold, new Tallies(), settings);
            for (int i = 0; i < TEXTS.size(); i++) {
                var by = new UserId("u_" + i);
                var message =
                        new Examined(fold, by, TEXTS.get(i), Duration.ofDays(1).toMillis(), 1);
                if (matching.in(message) == null) {
                    return false;
                }
            }
            return true;
        } catch (BadRule e) {
            return false; // it will never be matched
        }
    }
}
