package io.confab.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;

/**
 * Short-lived access tokens: JWTs (RFC 7519, RFC 8725) signed with ES256 and nothing else. Claims: {@code iss, sub} (user
 * id), {@code sid} (sign-in id), {@code iat, exp, jti}; no role, since roles are read from the database where a decision is
 * made. Leeway for {@code exp}: none. To verify asks neither the database nor another node, except once a second at most
 * for a key this node has not seen. Thread-safe.
 */
@Singleton
public class AccessTokens {
    private static final JWSAlgorithm ALGORITHM = JWSAlgorithm.ES256;
    private static final int MAX_CHARACTERS = 1024; // ours have about 400

    private final SigningKeys keys;
    private final Revocations revocations;
    private final Ids ids;
    private final TokenSettings settings;
    private final Clock clock;

    @Inject
    public AccessTokens(SigningKeys keys, Revocations revocations, TokenSettings settings, Clock clock) {
        this.keys = keys;
        this.revocations = revocations;
        this.ids = new Ids();
        this.settings = settings;
        this.clock = clock;
    }

    /** What a token is worth now. */
    public sealed interface Verified {
        record Valid(Caller caller) implements Verified {}

        /** It was good until then: a socket closes 4304, HTTP answers 401. */
        record Expired(UserId user, Instant at) implements Verified {}

        /** Its person is suspended: 4503, HTTP 401. */
        record Suspended(UserId user) implements Verified {}

        /** Malformed, signed by another key or algorithm, or of a sign-in that has ended: 4500, HTTP 401. */
        record Invalid(String reason) implements Verified {}
    }

    /** A signed token, its form on the wire included. */
    public record Issued(String token, Instant expiresAt, long expiresInSeconds) {
        @Override
        public String toString() {
            return "Issued[until " + expiresAt + "]"; // never the token
        }
    }

    /** Verifies what a client showed. */
    public Verified verify(String token) {
        if (token.length() > MAX_CHARACTERS) {
            return new Verified.Invalid("longer than " + MAX_CHARACTERS + " characters");
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            return isSignedByUs(jwt)
                    ? judge(jwt.getJWTClaimsSet())
                    : new Verified.Invalid("not signed by a key of this server");
        } catch (ParseException | IllegalArgumentException e) {
            return new Verified.Invalid("malformed");
        }
    }

    /** Signs a token for one sign-in. */
    Issued issue(UserId user, SignInId signIn) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant expiresAt = now.plus(settings.lifetime());
        var claims = new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .subject(user.value())
                .claim("sid", signIn.value())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(expiresAt))
                .jwtID(ids.random())
                .build();
        return new Issued(sign(claims), expiresAt, settings.lifetime().toSeconds());
    }

    private String sign(JWTClaimsSet claims) {
        SigningKeys.Signer signer = keys.signer();
        var header = new JWSHeader.Builder(ALGORITHM)
                .type(JOSEObjectType.JWT)
                .keyID(signer.kid())
                .build();
        var jwt = new SignedJWT(header, claims);
        try {
            jwt.sign(signer.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("key " + signer.kid() + " cannot sign", e);
        }
        return jwt.serialize();
    }

    private boolean isSignedByUs(SignedJWT jwt) {
        JWSHeader header = jwt.getHeader();
        String kid = header.getKeyID();
        if (!ALGORITHM.equals(header.getAlgorithm()) || kid == null) {
            return false;
        }
        Optional<JWSVerifier> verifier = keys.verifier(kid);
        try {
            return verifier.isPresent() && jwt.verify(verifier.get());
        } catch (JOSEException e) {
            return false; // the signature has not even the form of one
        }
    }

    private Verified judge(JWTClaimsSet claims) throws ParseException {
        Date expiration = claims.getExpirationTime();
        String signIn = claims.getStringClaim("sid");
        if (!settings.issuer().equals(claims.getIssuer())
                || expiration == null
                || claims.getSubject() == null
                || signIn == null) {
            return new Verified.Invalid("a claim is missing or of another issuer");
        }
        var caller = new Caller(new UserId(claims.getSubject()), new SignInId(signIn), expiration.toInstant());
        if (!clock.instant().isBefore(caller.expiresAt())) {
            return new Verified.Expired(caller.user(), caller.expiresAt());
        }
        if (revocations.isRevoked(caller.signIn())) {
            return new Verified.Invalid("its sign-in has ended");
        }
        return revocations.isSuspended(caller.user())
                ? new Verified.Suspended(caller.user())
                : new Verified.Valid(caller);
    }
}
