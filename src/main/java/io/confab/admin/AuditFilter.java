package io.confab.admin;

import io.confab.audit.AuditTrail;
import io.confab.identity.Account;
import io.confab.identity.Accounts;
import io.confab.kernel.Ids;
import io.confab.kernel.UserId;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which lines of the audit trail somebody means by what they typed. */
final class AuditFilter {
    private static final UserId NOBODY = new UserId("u_nobody");

    private AuditFilter() {}

    /**
     * What was typed, or stands in an address.
     *
     * @param actor a username or an id; a name that nobody has finds nothing. Blank texts: any
     * @param from a moment as {@link Moments} reads it, in the zone; what is none counts as not said
     */
    record Said(String actor, String act, String target, String from, String until) {}

    static AuditTrail.Filter of(Accounts accounts, Said said, ZoneId zone) {
        return new AuditTrail.Filter(
                actor(accounts, said.actor().strip()),
                given(said.act()),
                given(said.target()),
                Moments.read(said.from(), zone).orElse(null),
                Moments.read(said.until(), zone).orElse(null));
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
