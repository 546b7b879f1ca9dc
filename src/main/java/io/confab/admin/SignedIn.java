package io.confab.admin;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.io.Serializable;
import java.time.Instant;

/** Who a console session belongs to, kept in it under {@link #ATTRIBUTE}. What they may do is read at each request. */
record SignedIn(String userId, String signInId, Instant at) implements Serializable {
    static final String ATTRIBUTE = SignedIn.class.getName();
    private static final long serialVersionUID = 1L;

    UserId user() {
        return new UserId(userId);
    }

    SignInId signIn() {
        return new SignInId(signInId);
    }
}
