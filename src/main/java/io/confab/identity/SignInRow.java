package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of {@code sign_in}: one device, and the family of its refresh tokens. All times by the database's clock. */
@Entity
@Table(name = "sign_in")
// by the index on account_id; few rows a person; those for which livesAt holds
@NamedQuery(
        name = "SignInRow.living",
        query = "select s from SignInRow s where s.accountId = :account and s.endedAtMillis is null"
                + " and s.expiresAtMillis > :now and s.usedAtMillis > :idleSince"
                + " order by s.usedAtMillis desc, s.id")
class SignInRow {
    @Id
    String id;

    @Column(name = "account_id")
    String accountId;

    String client;
    String address;

    @Column(name = "created_at")
    long createdAtMillis;

    @Column(name = "used_at")
    long usedAtMillis;

    @Column(name = "expires_at")
    long expiresAtMillis;

    @Column(name = "family_key")
    String familyKey;

    @Column(name = "refresh_hash")
    String refreshHash;

    @Column(name = "previous_hash")
    @Nullable
    String previousHash;

    @Column(name = "successor_salt")
    @Nullable
    String successorSalt;

    @Column(name = "rotated_at")
    @Nullable
    Long rotatedAtMillis;

    @Column(name = "ended_at")
    @Nullable
    Long endedAtMillis;

    @SuppressWarnings("NullAway.Init")
    protected SignInRow() {} // for JPA

    SignInRow(SignInId id, UserId account, Device device, long nowMillis, Duration lifetime) {
        this.id = id.value();
        this.accountId = account.value();
        this.client = device.client();
        this.address = device.address();
        this.createdAtMillis = nowMillis;
        this.usedAtMillis = nowMillis;
        this.expiresAtMillis = nowMillis + lifetime.toMillis();
        this.familyKey = Secrets.random();
        this.refreshHash = "";
    }

    /** The first refresh token of this sign-in; its hash is kept here. */
    RefreshToken begin() {
        RefreshToken first = RefreshToken.first(id(), familyKey);
        refreshHash = first.hash();
        return first;
    }

    SignInId id() {
        return new SignInId(id);
    }

    boolean livesAt(long nowMillis, Duration idle) {
        return endedAtMillis == null && nowMillis < expiresAtMillis && nowMillis < usedAtMillis + idle.toMillis();
    }

    /** What a token that was shown is to this family. The caller holds the row's lock. */
    Match match(RefreshToken shown, long nowMillis, Duration grace) {
        if (!shown.belongsTo(familyKey)) {
            return Match.MADE_UP;
        }
        String hash = shown.hash();
        if (Secrets.same(hash, refreshHash)) {
            return Match.CURRENT;
        }
        boolean inGrace = previousHash != null
                && rotatedAtMillis != null
                && Secrets.same(hash, previousHash)
                && nowMillis <= rotatedAtMillis + grace.toMillis();
        return inGrace ? Match.IN_GRACE : Match.REUSED;
    }

    enum Match {
        CURRENT,
        /** Used a moment ago, and what it gave has not been used: the answer was lost, or two tabs asked. */
        IN_GRACE,
        REUSED,
        MADE_UP
    }

    /** The next token after the current one. */
    RefreshToken rotate(RefreshToken current, long nowMillis) {
        successorSalt = Secrets.random();
        RefreshToken next = current.successor(successorSalt, familyKey);
        previousHash = refreshHash;
        refreshHash = next.hash();
        rotatedAtMillis = nowMillis;
        usedAtMillis = nowMillis;
        return next;
    }

    /** The token that was given for the previous one, again. */
    RefreshToken again(RefreshToken previous) {
        if (successorSalt == null) {
            throw new IllegalStateException("sign-in " + id + " has a previous token and no salt");
        }
        return previous.successor(successorSalt, familyKey);
    }

    void end(long nowMillis) {
        endedAtMillis = nowMillis;
    }

    SignIn view() {
        return new SignIn(
                id(),
                client,
                address,
                Instant.ofEpochMilli(createdAtMillis),
                Instant.ofEpochMilli(usedAtMillis),
                Instant.ofEpochMilli(expiresAtMillis));
    }
}
