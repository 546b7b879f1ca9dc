package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSVerifier;
import com.zaxxer.hikari.HikariDataSource;
import io.confab.identity.AccessTokens.Verified;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private static final UserId ANN = new UserId("u_ann");
    private static final SignInId PHONE = new SignInId("s_phone");
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @Test
    void threeNodesThatStartAtOnceShareOneKey() throws Exception {
        try (var n1 = new IdentityNode(url);
                var n2 = new IdentityNode(url)) {
            n1.sql("delete from signing_key");
            var starts = List.of(again(n1), again(n2), again(n1));

            IdentityContract.atOnce(start(starts.get(0)), start(starts.get(1)), start(starts.get(2)));

            assertThat(n1.one("select count(*) from signing_key")).isEqualTo("1");
            assertThat(starts)
                    .extracting(keys -> keys.signer().kid())
                    .containsOnly(n1.one("select kid from signing_key"));
        }
    }

    @Test
    void oldKeyVerifiesWhileItsTokensLiveAndTheNewOneSignsAfterTheNotice() {
        try (var n1 = new IdentityNode(url);
                var n2 = new IdentityNode(url)) {
            String before = n1.tokens.issue(ANN, PHONE).token();
            String oldKid = n1.keys.signer().kid();

            n1.keys.rotate();

            assertThat(n1.keys.signer().kid()).isEqualTo(oldKid);
            n1.clock.advance(SigningKeys.NOTICE.plusSeconds(30));
            n2.clock.advance(SigningKeys.NOTICE.plusSeconds(30));
            String after = n1.tokens.issue(ANN, PHONE).token();
            assertThat(n1.keys.signer().kid()).isNotEqualTo(oldKid);
            assertThat(n2.tokens.verify(after)).isInstanceOf(Verified.Valid.class);
            assertThat(n2.tokens.verify(before)).isInstanceOf(Verified.Valid.class);
            assertThat(n1.tokens.verify(before)).isInstanceOf(Verified.Valid.class);
        }
    }

    @Test
    void retiredKeyVerifiesNothingOnceItsTokensHaveRunOut() {
        try (var node = new IdentityNode(url)) {
            String oldKid = node.keys.signer().kid();
            node.keys.rotate();
            node.clock.advance(SigningKeys.NOTICE.plus(Duration.ofMinutes(12)));

            node.keys.refresh();

            assertThat(node.keys.verifier(oldKid)).isEmpty();
            assertThat(node.keys.verifier(node.keys.signer().kid())).isPresent();
        }
    }

    @Test
    void keyThatIsTooOldIsFollowedByANewOne() {
        try (var node = new IdentityNode(url, Map.of("confab.token.key-age", "1d"))) {
            node.clock.advance(Duration.ofDays(1).plusMinutes(5));

            node.keys.refresh();

            assertThat(node.one("select max(generation) from signing_key")).isEqualTo("2");
        }
    }

    @Test
    void unknownKeyIsLookedUpAtMostOnceASecond() {
        try (var node = new IdentityNode(url)) {
            node.clock.advance(Duration.ofSeconds(2));
            assertThat(node.keys.verifier("k_other")).isEmpty();
            node.sql("update signing_key set kid = 'k_other'");

            assertThat(node.keys.verifier("k_other")).isEmpty();
            node.clock.advance(Duration.ofSeconds(2));
            assertThat(node.keys.verifier("k_other")).isPresent();
        }
    }

    @Test
    void tokenWithAnUnknownKeyWaitsForNoOther() throws Exception {
        try (var node = new IdentityNode(url, Map.of("confab.db.connect-timeout", "1m"));
                var busy = new BusyDatabase(node)) {
            node.clock.advance(Duration.ofSeconds(2));
            CompletableFuture<Optional<JWSVerifier>> first = lookUp(node, "k_first");
            busy.awaitOneWaiting();

            assertThat(lookUp(node, "k_second"))
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(Optional.empty());

            assertThat(first).isNotDone();
            busy.free();
            assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Optional.empty());
        }
    }

    @Test
    void databaseThatFailedSlowlyIsNotAskedAtOnceAgain() throws Exception {
        try (var node = new IdentityNode(url, Map.of("confab.db.connect-timeout", "250ms"))) {
            node.clock.advance(Duration.ofSeconds(2));
            try (var busy = new BusyDatabase(node)) {
                CompletableFuture<Optional<JWSVerifier>> failing = lookUp(node, "k_other");
                busy.awaitOneWaiting();
                node.clock.advance(Duration.ofSeconds(3)); // so long the read takes
                assertThat(failing).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Optional.empty());
            }
            node.sql("update signing_key set kid = 'k_other'");

            assertThat(node.keys.verifier("k_other")).isEmpty();
            node.clock.advance(Duration.ofSeconds(2));
            assertThat(node.keys.verifier("k_other")).isPresent();
        }
    }

    @Test
    void privateKeyIsSealedWithTheSecretAndOpensWithNoOther() {
        try (var node = new IdentityNode(url, Map.of("confab.secret", SECRET))) {
            String token = node.tokens.issue(ANN, PHONE).token();

            assertThat(node.one("select jwk from signing_key"))
                    .startsWith("v1.")
                    .doesNotContain("\"d\"");
            try (var sameSecret = new IdentityNode(url, Map.of("confab.secret", SECRET))) {
                assertThat(sameSecret.tokens.verify(token)).isInstanceOf(Verified.Valid.class);
            }
            assertThatThrownBy(() -> new IdentityNode(url, Map.of("confab.secret", SECRET + "x")))
                    .hasRootCauseInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void shortSecretStopsTheStart() {
        assertThatThrownBy(() -> new IdentityNode(url, Map.of("confab.secret", "too short")))
                .hasMessageContaining("confab.secret")
                .hasMessageContaining("32")
                .hasMessageNotContaining("too short");
    }

    private static CompletableFuture<Optional<JWSVerifier>> lookUp(IdentityNode node, String kid) {
        return CompletableFuture.supplyAsync(() -> node.keys.verifier(kid), task -> new Thread(task).start());
    }

    /** Every connection of the node is taken until it is closed. */
    private static final class BusyDatabase implements AutoCloseable {
        private final HikariDataSource pool;
        private final List<Connection> taken = new ArrayList<>();

        BusyDatabase(IdentityNode node) throws SQLException {
            pool = (HikariDataSource) node.database.readers();
            for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
                taken.add(pool.getConnection());
            }
        }

        void awaitOneWaiting() {
            await().until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);
        }

        void free() throws SQLException {
            for (Connection each : taken) {
                each.close();
            }
        }

        @Override
        public void close() throws SQLException {
            free();
        }
    }

    private static SigningKeys again(IdentityNode node) {
        return new SigningKeys(node.database, node.tokenSettings, node.clock);
    }

    private static Callable<Boolean> start(SigningKeys keys) {
        return () -> {
            keys.start();
            return true;
        };
    }
}
