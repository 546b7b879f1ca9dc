package io.confab.admin;

import java.util.Arrays;
import java.util.Optional;

/** What staff can do from the console; {@link #word()} names it in links. */
public enum StaffAct {
    DELETE_MESSAGE("msg.delete", "Delete message", "Message deleted."),
    HIDE_MESSAGE("msg.hide", "Hide message", "Message hidden."),
    RESTORE_MESSAGE("msg.restore", "Bring message back", "Message brought back."),
    MUTE("mute", "Mute", "Muted."),
    UNMUTE("unmute", "Lift mute", "Mute lifted."),
    BAN("ban", "Ban from room", "Banned from the room."),
    UNBAN("unban", "Lift ban", "Ban lifted."),
    SUSPEND("suspend", "Suspend account", "Account suspended."),
    UNSUSPEND("unsuspend", "Lift suspension", "Suspension lifted."),
    WARN("warn", "Warn", "Warned."),
    SIGN_OUT("sign-out", "Sign out of one device", "Device signed out."),
    SIGN_OUT_ALL("sign-out.all", "Sign out of all devices", "Signed out of all devices."),
    SET_ROLE("role", "Change role", "Role changed."),
    REMOVE_FACTOR("factor.remove", "Remove second factor", "Second factor removed."),
    SET_FACTOR_RULE("factor.rule", "Ask for second factors", "From now on it is so."),
    MAKE_INVITE("invite.make", "Make an invite", "Invite made."),
    REVOKE_INVITE("invite.revoke", "Take invite back", "Invite taken back.");

    private final String word;
    private final String title;
    private final String done;

    StaffAct(String word, String title, String done) {
        this.word = word;
        this.title = title;
        this.done = done;
    }

    static Optional<StaffAct> of(String word) {
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

    /** Done in a room: by a command to its log. */
    boolean inRoom() {
        return switch (this) {
            case DELETE_MESSAGE, HIDE_MESSAGE, RESTORE_MESSAGE, MUTE, UNMUTE, BAN, UNBAN -> true;
            case SUSPEND,
                    UNSUSPEND,
                    WARN,
                    SIGN_OUT,
                    SIGN_OUT_ALL,
                    SET_ROLE,
                    REMOVE_FACTOR,
                    SET_FACTOR_RULE,
                    MAKE_INVITE,
                    REVOKE_INVITE -> false;
        };
    }

    /** About a message. */
    boolean onMessage() {
        return this == DELETE_MESSAGE || this == HIDE_MESSAGE || this == RESTORE_MESSAGE;
    }

    /** About somebody who is not here yet. */
    boolean onInvite() {
        return this == MAKE_INVITE || this == REVOKE_INVITE;
    }

    /** Takes a time after which it ends by itself. */
    public boolean timed() {
        return this == MUTE || this == BAN || this == SUSPEND;
    }

    /** Takes something away: said in another colour and in words. */
    public boolean harsh() {
        return this == DELETE_MESSAGE || this == BAN || this == SUSPEND || this == REMOVE_FACTOR;
    }

    /** Those whom it concerns read a reason of it: in the room's log, or as the warning itself. */
    public boolean told() {
        return this == DELETE_MESSAGE || this == HIDE_MESSAGE || this == MUTE || this == BAN || this == WARN;
    }

    /** About nobody. */
    boolean onPolicy() {
        return this == SET_FACTOR_RULE;
    }

    boolean adminsOnly() {
        return this == SET_ROLE || this == REMOVE_FACTOR || onPolicy() || onInvite();
    }
}
