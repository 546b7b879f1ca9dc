package io.confab.room;

/** What a member may do in one room; ordered from least to most. */
public enum RoomRole {
    MEMBER,
    MODERATOR,
    OWNER;

    /** May delete others' messages, mute, ban, kick. */
    public boolean moderates() {
        return this != MEMBER;
    }

    /** The word on the wire and in the database. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
