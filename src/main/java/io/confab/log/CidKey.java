package io.confab.log;

import io.confab.kernel.UserId;

/** The idempotency key of a command: unique per sender, in any room. */
record CidKey(UserId sender, String cid) {}
