package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.util.Set;

/**
 * How an account stands in the database now: what decides whether its sockets may stay.
 *
 * @param ended its sign-ins that ended during the last token lifetime: any older one has no valid token
 */
public record Standing(UserId user, long rev, GlobalRole role, boolean suspended, Set<SignInId> ended) {}
