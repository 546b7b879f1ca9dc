package io.confab.identity;

import io.confab.kernel.Caller;
import java.security.Principal;

/** The caller of an HTTP request whose bearer token was good, as the container's principal. Its name is the user id. */
public record TokenPrincipal(Caller caller) implements Principal {
    @Override
    public String getName() {
        return caller.user().value();
    }

    @Override
    public String toString() {
        return getName();
    }
}
