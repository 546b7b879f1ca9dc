package io.confab.identity;

import io.confab.kernel.GlobalRole;
import java.util.Locale;

/** Of whom this installation asks a second factor: an admin decides, while the server runs. */
public enum FactorRule {
    NOBODY,
    ADMINS,
    /** Auditors, moderators and admins. */
    STAFF;

    public boolean asks(GlobalRole role) {
        return switch (this) {
            case NOBODY -> false;
            case ADMINS -> role == GlobalRole.ADMIN;
            case STAFF -> role.isStaff();
        };
    }

    /** The word in the database and in the API. {@code log.AccountRows} knows them too. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
