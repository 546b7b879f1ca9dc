package io.confab.gateway;

import io.confab.identity.AccessTokens.Verified;
import java.security.Principal;
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
    @Override
    public String getName() {
        return verified instanceof Verified.Valid valid ? valid.caller().user().value() : "guest";
    }

    @Override
    public String toString() {
        return getName();
    }
}
