package io.confab.room;

/** What a room is, for its lifetime. */
public enum RoomKind {
    /** Anyone with an account may find, read about and join it. */
    PUBLIC,
    /** Only members know that it exists; members invite. */
    PRIVATE,
    /** Two people; nobody joins, is invited or is kicked. */
    DIRECT;

    /** The word on the wire and in the database. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
