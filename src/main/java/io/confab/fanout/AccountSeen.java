package io.confab.fanout;

import io.confab.kernel.UserId;

/** A CDI event: this node has read an account that changed, here or elsewhere, and its counter stands at {@code rev}. */
public record AccountSeen(UserId user, long rev) {}
