package io.confab.admin;

import io.confab.audit.AuditTrail;
import io.confab.identity.Account;
import io.confab.identity.Accounts;
import io.confab.kernel.Ids;
import io.confab.kernel.UserId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which lines of the audit trail somebody means by what they typed. */
final class AuditFilter {
    private static final UserId NOBODY = new UserId("u_nobody");

    private AuditFilter() {}

    /** @param actor a username or an id; a name that nobody has finds nothing. Blank texts: any */
    static AuditTrail.Filter of(Accounts accounts, String actor, String act, String target) {
        return new AuditTrail.Filter(actor(accounts, actor.strip()), given(act), given(target));
    }

    private static @Nullable UserId actor(Accounts accounts, String given) {
        if (given.isEmpty()) {
            return null;
        }
        Optional<UserId> byName = accounts.findByUsername(given).map(Account::id);
        return byName.orElseGet(() -> Ids.isId(given) ? new UserId(given) : NOBODY);
    }

    private static @Nullable String given(String text) {
        return text.isBlank() ? null : text.strip();
    }
}
