package io.confab.kernel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as the server knows it from a verified token: fixed at the handshake of a socket or per HTTP request.
 * It holds no role and no membership; those are read from the database where a decision is made.
 *
 * @param expiresAt when the token it came from runs out
 * @param address where the request or the handshake came from, through trusted proxies; null: a token alone does not say
 */
public record Caller(
        UserId user,
        SignInId signIn,
        Instant expiresAt,
        @Nullable String address) {
    /** As a token says it. */
    public Caller(UserId user, SignInId signIn, Instant expiresAt) {
        this(user, signIn, expiresAt, null);
    }

    /** The same, calling from there. */
    public Caller from(@Nullable String place) {
        return new Caller(user, signIn, expiresAt, place);
    }
}
