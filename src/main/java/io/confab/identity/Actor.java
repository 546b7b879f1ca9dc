package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;

/**
 * Somebody who acts on others or on their own account, by which sign-in, and where the request comes from. Whether the sign-in lives and what they
 * may do is read where the act is decided.
 */
public record Actor(UserId user, SignInId signIn, String address) {}
