package io.confab.identity;

import io.confab.kernel.UserId;

/** A member of staff who acts, and where the request comes from. What they may do is read where the act is decided. */
public record Actor(UserId user, String address) {}
