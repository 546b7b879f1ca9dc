package io.confab.admin;

import io.confab.identity.PasswordProof;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who has shown the password and not yet the second factor: kept in the session, which opens nothing until then. */
record Halfway(PasswordProof proof, Instant at) implements Serializable {
    static final String ATTRIBUTE = Halfway.class.getName();
    private static final Duration LIFE = Duration.ofMinutes(5);

    static Optional<Halfway> of(@Nullable HttpSession session, Instant now) {
        return session != null
                        && session.getAttribute(ATTRIBUTE) instanceof Halfway halfway
                        && now.isBefore(halfway.at().plus(LIFE))
                ? Optional.of(halfway)
                : Optional.empty();
    }
}
