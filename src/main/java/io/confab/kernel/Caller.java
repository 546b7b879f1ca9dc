package io.confab.kernel;

import java.time.Instant;

/**
 * Who is calling, as the server knows it from a verified token: fixed at the handshake of a socket or per HTTP request.
 * It holds no role and no membership; those are read from the database where a decision is made.
 *
 * @param expiresAt when the token it came from runs out
 */
public record Caller(UserId user, SignInId signIn, Instant expiresAt) {}
