package io.confab.kernel;

/** What an account may do everywhere. Read from the database at each decision, never from a token. */
public enum GlobalRole {
    USER,
    /** Reads what staff read; acts on nothing. */
    AUDITOR,
    /** Acts on messages and members of any room. */
    MODERATOR,
    /** Everything a moderator may, and accounts, roles, rooms and nodes. */
    ADMIN;

    /** May act as a moderator in every room. */
    public boolean moderates() {
        return this == MODERATOR || this == ADMIN;
    }

    /** Looks over the shoulders of all staff: takes the audit trail away, verifies it, sees every setting. */
    public boolean oversees() {
        return this == AUDITOR || this == ADMIN;
    }

    /** May open the console. */
    public boolean isStaff() {
        return this != USER;
    }

    /** The word on the wire and in the database. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
