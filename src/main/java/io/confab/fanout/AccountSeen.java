package io.confab.fanout;

import io.confab.kernel.UserId;

/**
 * A CDI event: this node has read an account that changed, here or elsewhere, and its counter stands at {@code rev}.
 *
 * @param anew read with all others after trouble: what was known of the account before may be of a state that is lost
 */
public record AccountSeen(UserId user, long rev, boolean anew) {}
