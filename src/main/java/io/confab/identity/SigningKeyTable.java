package io.confab.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code signing_key}: private keys, sealed when there is a secret. Few rows, ever. */
final class SigningKeyTable {
    private static final int MAX_KEYS = 20;
    private static final System.Logger LOG = System.getLogger(SigningKeyTable.class.getName());

    private final @Nullable KeySeal seal;

    SigningKeyTable(Optional<String> secret) {
        this.seal = secret.map(text -> new KeySeal(text, "signing keys")).orElse(null);
    }

    /** By the primary key; {@value #MAX_KEYS} at most. */
    List<SigningKey> newestFirst(Connection jdbc) throws SQLException {
        var keys = new ArrayList<SigningKey>();
        try (var statement = jdbc.prepareStatement(
                        "select generation, kid, jwk, created_at, signs_from from signing_key order by generation desc limit "
                                + MAX_KEYS);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                String kid = rows.getString(2);
                keys.add(new SigningKey(
                        rows.getInt(1), kid, open(kid, rows.getString(3)), rows.getLong(4), rows.getLong(5)));
            }
        }
        return keys;
    }

    /** Fails with a unique violation when another node has inserted this generation. */
    int insert(Connection jdbc, int generation, Duration notice) throws SQLException {
        ECKey key = generate();
        long now = DatabaseClock.nowMillis(jdbc);
        try (var statement = jdbc.prepareStatement(
                "insert into signing_key (generation, kid, jwk, created_at, signs_from) values (?, ?, ?, ?, ?)")) {
            statement.setInt(1, generation);
            statement.setString(2, key.getKeyID());
            statement.setString(3, close(key));
            statement.setLong(4, now);
            statement.setLong(5, now + notice.toMillis());
            return statement.executeUpdate();
        }
    }

    private static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID("k_" + Secrets.random().substring(0, 22))
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("no P-256 key can be made", e);
        }
    }

    private String close(ECKey key) {
        if (seal != null) {
            return seal.seal(key.getKeyID(), key.toJSONString());
        }
        LOG.log(
                Level.WARNING,
                "confab.secret is not set: signing key {0} is stored unencrypted, so who can read the database can sign in as anybody",
                key.getKeyID());
        return key.toJSONString();
    }

    private ECKey open(String kid, String stored) {
        try {
            return ECKey.parse(KeySeal.isSealed(stored) ? unseal(kid, stored) : stored);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "signing key " + kid
                            + " was encrypted with another confab.secret; set the right one, or delete the rows of"
                            + " signing_key: clients then fetch new access tokens by themselves",
                    e);
        } catch (ParseException e) {
            throw new IllegalStateException("signing key " + kid + " in the database is not a JWK", e);
        }
    }

    private String unseal(String kid, String stored) throws GeneralSecurityException {
        if (seal == null) {
            throw new IllegalStateException("signing key " + kid + " is encrypted, and confab.secret is not set");
        }
        return seal.open(kid, stored);
    }
}
