package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.confab.identity.AccessTokens.Verified;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTokensTest {
    private static final UserId ANN = new UserId("u_ann");
    private static final SignInId PHONE = new SignInId("s_phone");

    private IdentityNode node;

    @BeforeAll
    void start() {
        node = new IdentityNode("jdbc:h2:mem:tokens;DB_CLOSE_DELAY=-1", Map.of("confab.token.lifetime", "10m"));
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void issuedTokenNamesItsCallerUntilItRunsOut() {
        var clock = node.clock;
        AccessTokens.Issued issued = node.tokens.issue(ANN, PHONE);

        assertThat(node.tokens.verify(issued.token())).isInstanceOfSatisfying(Verified.Valid.class, valid -> {
            assertThat(valid.caller().user()).isEqualTo(ANN);
            assertThat(valid.caller().signIn()).isEqualTo(PHONE);
            assertThat(valid.caller().expiresAt()).isEqualTo(issued.expiresAt());
        });
        clock.advance(Duration.between(clock.instant(), issued.expiresAt()));
        assertThat(node.tokens.verify(issued.token())).isInstanceOf(Verified.Expired.class);
    }

    @Test
    void tokenHoldsNoRole() throws Exception {
        SignedJWT jwt = SignedJWT.parse(node.tokens.issue(ANN, PHONE).token());

        assertThat(jwt.getJWTClaimsSet().getClaims().keySet())
                .containsExactlyInAnyOrder("iss", "sub", "sid", "iat", "exp", "jti");
        assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a.b.c", "not a token", "e30.e30.", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "\u0000"})
    void malformedTokenIsInvalid(String token) {
        assertThat(node.tokens.verify(token)).isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void hugeTokenIsInvalidBeforeItIsRead() {
        assertThat(node.tokens.verify("a".repeat(1_000_000))).isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void changedClaimsAreNotOurs() throws Exception {
        String[] parts = node.tokens.issue(ANN, PHONE).token().split("\\.");
        String claims =
                claims().subject("u_admin").build().toPayload().toBase64URL().toString();

        assertThat(node.tokens.verify(parts[0] + "." + claims + "." + parts[2])).isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void tokenOfAnotherKeyWithOurKidIsInvalid() throws Exception {
        ECKey theirs = new ECKeyGenerator(Curve.P_256).generate();

        assertThat(node.tokens.verify(signed(JWSAlgorithm.ES256, ourKid(), new ECDSASigner(theirs))))
                .isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void tokenWithoutSignatureIsInvalid() {
        assertThat(node.tokens.verify(new PlainJWT(claims().build()).serialize()))
                .isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void publicKeyAsSharedSecretIsInvalid() throws Exception {
        byte[] secret = node.database
                .transactions()
                .read((em, jdbc) -> new SigningKeyTable(Optional.empty()).newestFirst(jdbc))
                .getFirst()
                .key()
                .toPublicJWK()
                .toJSONString()
                .getBytes(StandardCharsets.UTF_8);

        assertThat(node.tokens.verify(signed(JWSAlgorithm.HS256, ourKid(), new MACSigner(secret))))
                .isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void tokenOfAnotherIssuerIsInvalidThoughOurKeySignedIt() throws Exception {
        SigningKeys.Signer ours = node.keys.signer();
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(ours.kid()).build(),
                claims().issuer("elsewhere").build());
        jwt.sign(ours.signer());

        assertThat(node.tokens.verify(jwt.serialize())).isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void tokenWithoutEndIsInvalid() throws Exception {
        SigningKeys.Signer ours = node.keys.signer();
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(ours.kid()).build(),
                claims().expirationTime(null).build());
        jwt.sign(ours.signer());

        assertThat(node.tokens.verify(jwt.serialize())).isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void revokedSignInIsRememberedForOneLifetime() {
        AccessTokens.Issued issued = node.tokens.issue(ANN, new SignInId("s_lost"));
        node.revocations.revoked(new SignInId("s_lost"));

        assertThat(node.tokens.verify(issued.token())).isInstanceOf(Verified.Invalid.class);
        node.clock.advance(Duration.ofMinutes(9));
        assertThat(node.tokens.verify(issued.token())).isInstanceOf(Verified.Invalid.class);
    }

    @Test
    void neitherTokenNorSessionShowsItselfInALog() {
        AccessTokens.Issued issued = node.tokens.issue(ANN, PHONE);

        assertThat(issued.toString()).doesNotContain(issued.token());
    }

    private String ourKid() {
        return node.keys.signer().kid();
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("confab")
                .subject(ANN.value())
                .claim("sid", PHONE.value())
                .expirationTime(Date.from(node.clock.instant().plusSeconds(60)));
    }

    private String signed(JWSAlgorithm algorithm, String kid, JWSSigner signer) throws Exception {
        var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims().build());
        jwt.sign(signer);
        return jwt.serialize();
    }
}
