package io.confab.room;

/** Who may write in a room just now (beside slow mode). */
public enum RoomMode {
    OPEN,
    /** Only owners and moderators write. */
    READONLY,
    /** Nobody but global staff changes anything. */
    FROZEN,
    /** As open; meant for a crowd. Presence and typing go by the size of a room, not by this. */
    HALL;

    /** The word on the wire and in the database. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
