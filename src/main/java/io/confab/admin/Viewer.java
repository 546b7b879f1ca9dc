package io.confab.admin;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.io.Serializable;

/**
 * Whose page is pushed to: one sign-in of one person, so that the end of either ends the push.
 *
 * @param ofRooms who moderated rooms and was no staff when the page was made
 */
public record Viewer(String userId, String signInId, boolean ofRooms) implements Serializable {
    private static final long serialVersionUID = 1L;

    public UserId user() {
        return new UserId(userId);
    }

    public SignInId signIn() {
        return new SignInId(signInId);
    }
}
