package io.confab.gateway;

import io.confab.identity.Actor;
import io.confab.identity.ClientAddress;
import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;

/**
 * Who makes a call that opens a transaction of its own, counted before anything else is done for it: somebody who has signed
 * in by their commands, anybody else by their network. What goes into a room is counted at {@link Commands}, what is read at
 * {@link ReadLimit}. Thread-safe.
 */
@Singleton
public class CountedCalls {
    private final RateLimits limits;
    private final ClientAddress addresses;

    @Inject
    public CountedCalls(RateLimits limits, ClientAddress addresses) {
        this.limits = limits;
        this.addresses = addresses;
    }

    /** Who calls. @throws Refused when nobody has signed in, or they did too much just now */
    Caller caller(SecurityContext security) {
        Caller caller = Callers.of(security);
        refuse(limits.take(caller.user()));
        return caller;
    }

    /** Who acts on others, and from where. @throws Refused likewise */
    Actor actor(SecurityContext security, HttpServletRequest request) {
        Caller caller = caller(security);
        return new Actor(caller.user(), caller.signIn(), addresses.of(request));
    }

    /** Where a call comes from that needs no token. @throws Refused when too many come from its network */
    String address(HttpServletRequest request) {
        String address = addresses.of(request);
        refuse(limits.takeCall(ClientAddress.network(address)));
        return address;
    }

    private static void refuse(Optional<Refusal> refusal) {
        if (refusal.isPresent()) {
            throw new Refused(refusal.get());
        }
    }
}
