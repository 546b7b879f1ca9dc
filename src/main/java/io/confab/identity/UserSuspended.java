package io.confab.identity;

import io.confab.kernel.UserId;

/** A CDI event, fired on this node after the commit: this account is suspended, and its sockets close 4503. */
public record UserSuspended(UserId user) {}
