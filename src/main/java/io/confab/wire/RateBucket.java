package io.confab.wire;

import java.util.Locale;

/** The limits that {@code rate_limited} names in {@code d.bucket} (docs/protocol/v1.md, "Limits"). */
public enum RateBucket {
    /** Frames of one socket. */
    CONNECTION,
    /** Commands of one person. */
    USER,
    /** Messages of one person into one room. */
    USER_ROOM,
    /** Reads over HTTP of one person. */
    READS,
    /** Handshakes of one person or, without a valid token, of one network. */
    HANDSHAKES,
    /** Calls without a token from one network. */
    ADDRESS,
    /** Failed attempts at a password. */
    LOGIN,
    /** Registrations from one network. */
    REGISTRATION;

    /** The word on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
