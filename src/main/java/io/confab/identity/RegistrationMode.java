package io.confab.identity;

import java.util.Locale;

/** Who may make an account: setting {@code confab.registration}, or what an admin decided, see {@link RegistrationPolicy}. */
public enum RegistrationMode {
    /** Anybody who reaches the server. */
    OPEN,
    /** Who brings a code that an admin made. */
    INVITE,
    /** Nobody; admins make accounts in the console. */
    CLOSED;

    /** The word in the database and in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
