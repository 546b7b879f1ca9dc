package io.confab.admin;

import java.util.Arrays;
import java.util.Optional;

/** What is done with a room as a whole, or with a membership or a pin in it, by a page of its own; {@link #word()} names it in links. */
public enum RoomAct {
    MODE("mode", "Change the mode", "Mode changed."),
    UNPIN("unpin", "Unpin message", "Unpinned."),
    KICK("kick", "Remove from room", "Removed from the room."),
    ARCHIVE("archive", "Archive room", "Room archived.");

    private final String word;
    private final String title;
    private final String done;

    RoomAct(String word, String title, String done) {
        this.word = word;
        this.title = title;
        this.done = done;
    }

    static Optional<RoomAct> of(String word) {
        return Arrays.stream(values()).filter(act -> act.word.equals(word)).findFirst();
    }

    public String word() {
        return word;
    }

    public String title() {
        return title;
    }

    String done() {
        return done;
    }

    /** Takes something away: said in another colour and in words. */
    public boolean harsh() {
        return this == ARCHIVE;
    }

    /** Those whom it concerns read a reason of it, in the room's log. */
    public boolean told() {
        return this == KICK;
    }

    /** Done to a message. */
    boolean onMessage() {
        return this == UNPIN;
    }

    /** Done to somebody. */
    boolean onPerson() {
        return this == KICK;
    }
}
