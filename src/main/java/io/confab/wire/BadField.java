package io.confab.wire;

import io.confab.kernel.Refusal;

/** A frame or body that is JSON but not of the form the protocol gives it. Becomes {@code bad_request} (or {@code too_large}). */
public final class BadField extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public BadField(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    BadField(String message) {
        this(new Refusal.BadRequest(message));
    }

    public Refusal refusal() {
        return refusal;
    }
}
