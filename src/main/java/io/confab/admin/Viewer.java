package io.confab.admin;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.io.Serializable;

/** Whose overview is pushed to: one sign-in of one person, so that the end of either ends the push. */
public record Viewer(String userId, String signInId) implements Serializable {
    private static final long serialVersionUID = 1L;

    public UserId user() {
        return new UserId(userId);
    }

    public SignInId signIn() {
        return new SignInId(signInId);
    }
}
