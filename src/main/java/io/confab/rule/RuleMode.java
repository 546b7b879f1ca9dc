package io.confab.rule;

import java.util.Locale;

/** Whether a rule does what it says. */
public enum RuleMode {
    OFF,
    /** It is matched, and what it meets is written down; nothing is done. */
    WATCH,
    ON;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
