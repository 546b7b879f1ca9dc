package io.confab.gateway;

import io.confab.kernel.Refusal;

/** Carries a refusal out of a REST resource to {@link Problems}; used only where HTTP begins and ends. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    Refused(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
