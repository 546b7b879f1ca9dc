package io.confab.room;

/** What may be laid on a person in one room. */
public enum SanctionKind {
    /** Reads, but writes nothing. */
    MUTE,
    /** Neither reads nor writes nor joins; the membership sleeps and is as before when the ban ends. */
    BAN;

    /** The word on the wire and in the database. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
