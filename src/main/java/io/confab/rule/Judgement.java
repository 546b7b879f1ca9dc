package io.confab.rule;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What rules say of one text that somebody is sending: to be given back with the answer that it got.
 *
 * @param edited number of the message that is edited; null: a new one
 * @param verdict null: nothing is done to the message
 */
public record Judgement(
        UserId by,
        RoomId room,
        @Nullable Long edited,
        Instant at,
        List<Met> met,
        @Nullable Verdict verdict) {
    /** @param text what it met, folded */
    record Met(RuleRow rule, String text) {}

    static Judgement of(UserId by, RoomId room, @Nullable Long edited, Instant at, List<Met> met) {
        var findings = met.stream()
                .filter(one -> one.rule().mode() == RuleMode.ON)
                .flatMap(one -> finding(one.rule()).stream())
                .toList();
        return new Judgement(by, room, edited, at, List.copyOf(met), findings.isEmpty() ? null : new Verdict(findings));
    }

    private static Optional<Verdict.Finding> finding(RuleRow rule) {
        RuleDefinition definition = rule.definition();
        return definition
                .act()
                .toMessage()
                .map(act -> new Verdict.Finding(
                        rule.id(),
                        definition.name(),
                        act,
                        definition.told(),
                        definition.exempt(),
                        definition.youngerThan()));
    }
}
