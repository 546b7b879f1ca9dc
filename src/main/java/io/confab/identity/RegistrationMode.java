package io.confab.identity;

/** Who may make an account: setting {@code confab.registration}. */
public enum RegistrationMode {
    /** Anybody who reaches the server. */
    OPEN,
    /** Who brings a code that an admin made. */
    INVITE,
    /** Nobody; admins make accounts in the console. */
    CLOSED
}
