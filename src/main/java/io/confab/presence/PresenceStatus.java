package io.confab.presence;

import java.util.Locale;

/** How present a person is; ordered from least to most. */
public enum PresenceStatus {
    OFFLINE,
    AWAY,
    ONLINE;

    /** The word on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a word; a word of another version counts as offline. */
    public static PresenceStatus of(String word) {
        for (PresenceStatus status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return OFFLINE;
    }

    PresenceStatus orMore(PresenceStatus other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
