package io.confab.rule;

import io.confab.room.Verdict;
import java.util.Locale;
import java.util.Optional;

/** What a rule does that is switched on. */
public enum RuleAct {
    /** The message stands, and becomes a case in the queue. */
    ALERT,
    /** Nobody gets its text until somebody has looked: it becomes a case in the queue. */
    HIDE,
    BLOCK,
    /** It is refused, and its author muted in the room for a while. */
    MUTE;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it does to the message; empty: nothing. */
    Optional<Verdict.Act> toMessage() {
        return switch (this) {
            case ALERT -> Optional.empty();
            case HIDE -> Optional.of(Verdict.Act.HIDE);
            case BLOCK -> Optional.of(Verdict.Act.BLOCK);
            case MUTE -> Optional.of(Verdict.Act.MUTE);
        };
    }
}
