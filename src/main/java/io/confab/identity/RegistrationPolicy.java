package io.confab.identity;

import io.confab.audit.AuditAct;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may make an account: {@code confab.registration}, until an admin decides otherwise while the server runs. Asked in the
 * transaction that makes an account. Thread-safe.
 */
@Singleton
public class RegistrationPolicy {
    private static final String NAME = "registration";

    private final Policies policies;
    private final RegistrationMode unlessDecided;

    @Inject
    public RegistrationPolicy(Policies policies, IdentitySettings settings) {
        this.policies = policies;
        this.unlessDecided = settings.registration();
    }

    public RegistrationMode mode() {
        return policies.decided(NAME).map(RegistrationPolicy::mode).orElse(unlessDecided);
    }

    /** Empty: nobody decided, and the setting holds. */
    static Optional<RegistrationMode> decided(Connection jdbc) throws SQLException {
        return Policies.decided(jdbc, NAME).map(RegistrationPolicy::mode);
    }

    /** As {@link Policies#decide}. */
    public Outcome<Boolean> decide(Actor actor, RegistrationMode mode, String why) {
        return policies.decide(actor, NAME, AuditAct.REGISTRATION_RULE, unlessDecided.word(), mode.word(), why);
    }

    private static RegistrationMode mode(String word) {
        return RegistrationMode.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
