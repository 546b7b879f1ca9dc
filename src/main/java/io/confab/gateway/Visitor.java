package io.confab.gateway;

import io.confab.identity.AccessTokens.Verified;
import io.confab.kernel.Caller;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who stands at the socket's door: what the token was worth at the handshake, and from where. Travels from the filter to
 * the endpoint as the session's principal, one per request, so nothing is shared between handshakes.
 *
 * @param verified null: no token was shown
 * @param guest as what a guest is counted: {@link io.confab.identity.ClientAddress#network} of the address, or the person
 *     whose token has run out
 * @param intake what will come in on this socket
 */
record Visitor(@Nullable Verified verified, String guest, Intake intake) implements Principal {
    /** Whose valid token was shown. */
    Optional<Caller> caller() {
        return verified instanceof Verified.Valid(Caller caller) ? Optional.of(caller) : Optional.empty();
    }

    @Override
    public String getName() {
        return caller().map(caller -> caller.user().value()).orElse("guest");
    }

    @Override
    public String toString() {
        return getName();
    }
}
