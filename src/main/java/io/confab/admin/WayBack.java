package io.confab.admin;

import java.io.Serializable;

/**
 * How to take an act back.
 *
 * @param what of which it changed the standing
 * @param seq of a message; 0: of none
 * @param before how it stood, as {@link WaysBack} says it
 * @param left how the act left it: while it stands so, the act can be taken back
 */
record WayBack(What what, String room, String user, long seq, String before, String left) implements Serializable {
    enum What {
        MUTE,
        BAN,
        SUSPENSION,
        ROLE,
        MESSAGE,
        MODE,
        WARNING
    }

    WayBack leaving(String standing) {
        return new WayBack(what, room, user, seq, before, standing);
    }
}
