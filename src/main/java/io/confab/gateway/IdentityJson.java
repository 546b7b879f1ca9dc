package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Account;
import io.confab.identity.SignIn;
import io.confab.identity.SignIns;
import io.confab.kernel.Json;
import io.confab.kernel.SignInId;
import io.confab.wire.ServerFrames;
import java.time.Instant;

/** JSON of people and their sign-ins. */
final class IdentityJson {
    private IdentityJson() {}

    /** What everybody may see of somebody. */
    static ObjectNode person(Account account) {
        return Json.object()
                .put("id", account.id().value())
                .put("username", account.username())
                .put("display_name", account.displayName());
    }

    /** What a person sees of themself, and staff of anybody. */
    static ObjectNode whole(Account account, Instant now) {
        ObjectNode json = person(account).put("role", account.role().word()).put("rev", account.rev());
        Instant until = account.suspendedUntil();
        if (until != null && account.suspendedAt(now)) {
            json.put("suspended_until", until.equals(Account.UNTIL_LIFTED) ? "forever" : ServerFrames.time(until));
        }
        return json;
    }

    /** The pair of tokens that a device goes on with. */
    static ObjectNode session(SignIns.Session session) {
        ObjectNode json = Json.object()
                .put("access", session.access().token())
                .put("expires_in", session.access().expiresInSeconds())
                .put("refresh", session.refresh())
                .put("session", session.signIn().value());
        json.set("user", person(session.user()));
        return json;
    }

    static ObjectNode signIn(SignIn signIn, SignInId current) {
        return Json.object()
                .put("id", signIn.id().value())
                .put("client", signIn.client())
                .put("address", signIn.address())
                .put("created_at", ServerFrames.time(signIn.createdAt()))
                .put("used_at", ServerFrames.time(signIn.usedAt()))
                .put("expires_at", ServerFrames.time(signIn.expiresAt()))
                .put("current", signIn.id().equals(current));
    }
}
