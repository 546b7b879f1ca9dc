package io.confab.identity;

import io.confab.kernel.SignInId;
import java.time.Instant;

/** One device that is signed in, as its owner sees it. */
public record SignIn(
        SignInId id, String client, String address, Instant createdAt, Instant usedAt, Instant expiresAt) {}
