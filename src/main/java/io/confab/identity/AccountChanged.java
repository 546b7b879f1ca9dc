package io.confab.identity;

import io.confab.kernel.UserId;

/**
 * A CDI event, fired on this node after the commit: sign-ins, suspension or global role of this account changed, and its
 * counter now stands at {@code rev}. Observers run on the caller's thread and must not block.
 */
public record AccountChanged(UserId user, long rev) {}
