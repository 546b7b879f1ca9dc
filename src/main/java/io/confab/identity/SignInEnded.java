package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;

/** A CDI event, fired on this node after the commit: this sign-in is over, and its sockets close 4508. */
public record SignInEnded(UserId user, SignInId signIn) {}
