package io.confab.report;

import io.confab.kernel.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be done about what was reported, and what takes it back. */
public enum Remedy {
    HIDE("hide the message for now"),
    DELETE("delete the message"),
    MUTE("mute"),
    BAN("ban from the room"),
    SUSPEND("suspend the account"),
    WARN("warn"),
    KICK("remove from the room"),
    DELETE_RECENT("delete what they said lately"),
    RESTORE("bring the message back"),
    UNMUTE("lift the mute"),
    UNBAN("lift the ban"),
    UNSUSPEND("lift the suspension"),
    UNWARN("take the warning back"),
    RESTORE_RECENT("bring back what they said lately");

    /** Those that a decision may hold; the others stand in one that takes a decision back. */
    public static final List<Remedy> FIRST = List.of(HIDE, DELETE, MUTE, BAN, SUSPEND, WARN, KICK, DELETE_RECENT);

    /** Those of a moderator of the room, and what takes them back: they show nothing of what was done elsewhere. */
    static final List<Remedy> OF_ROOM = List.of(HIDE, DELETE, MUTE, BAN, KICK);

    private static final List<Remedy> BACK_IN_ROOM = List.of(RESTORE, UNMUTE, UNBAN);

    private final String title;

    Remedy(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    Refusal cannot(String why) {
        return new Refusal.BadRequest("cannot " + title + ": " + why);
    }

    /** Of a moderator of the room, or takes back what is. */
    public boolean isOfRoom() {
        return OF_ROOM.contains(this) || BACK_IN_ROOM.contains(this);
    }

    /** Done to a message. */
    boolean onMessage() {
        return takesMessageAway() || this == RESTORE;
    }

    boolean takesMessageAway() {
        return this == HIDE || this == DELETE;
    }

    /** In the database and in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Says how far back. */
    public boolean looksBack() {
        return this == DELETE_RECENT;
    }

    /** Carried out by a job ({@code io.confab.job}), which it orders. */
    boolean ordersJob() {
        return this == DELETE_RECENT || this == RESTORE_RECENT;
    }

    /** Done to an account, told to a person or ordered as a job, and marked in the transaction that does it; the others are done in a room. */
    boolean marksItself() {
        return switch (this) {
            case SUSPEND, UNSUSPEND, WARN, UNWARN, DELETE_RECENT, RESTORE_RECENT -> true;
            case HIDE, DELETE, RESTORE, MUTE, BAN, KICK, UNMUTE, UNBAN -> false;
        };
    }

    /** Ends by itself after a time. */
    public boolean timed() {
        return this == MUTE || this == BAN || this == SUSPEND;
    }

    /** What takes it back; null: nothing does. */
    @Nullable
    Remedy inverse() {
        return switch (this) {
            case MUTE -> UNMUTE;
            case BAN -> UNBAN;
            case SUSPEND -> UNSUSPEND;
            case HIDE, DELETE -> RESTORE;
            case RESTORE -> HIDE;
            case WARN -> UNWARN;
            case DELETE_RECENT -> RESTORE_RECENT;
            case UNMUTE, UNBAN, UNSUSPEND, UNWARN, RESTORE_RECENT -> null;
            case KICK -> null; // they join again, or somebody of the room invites them
        };
    }

    /** By its inverse, or by the same sanction as it ran before. */
    boolean isTakenBackBy(Remedy other) {
        return timed() && (other == this || other == inverse());
    }

    /** The sanction that it lifts; empty: none. */
    Optional<Remedy> lifts() {
        return Arrays.stream(values())
                .filter(remedy -> remedy.timed() && remedy.inverse() == this)
                .findFirst();
    }

    public static Optional<Remedy> of(String word) {
        return Arrays.stream(values())
                .filter(remedy -> remedy.word().equals(word))
                .findFirst();
    }
}
