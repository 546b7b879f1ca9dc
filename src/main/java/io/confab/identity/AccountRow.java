package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A row of {@code account}. Whoever changes it has locked it and raises {@code rev} in the same transaction. */
@Entity
@Table(name = "account")
// by the unique index on username
@NamedQuery(name = "AccountRow.byUsername", query = "select a from AccountRow a where a.username = :username")
// asked at the start and by the setup page, while there are few accounts
@NamedQuery(name = "AccountRow.countOfRole", query = "select count(a) from AccountRow a where a.role = :role")
@NamedQuery(name = "AccountRow.byIds", query = "select a from AccountRow a where a.id in :ids") // by the primary key
@NamedQuery(
        name = "AccountRow.locked",
        query = "select a from AccountRow a where a.id in :ids order by a.id", // by the primary key
        lockMode = LockModeType.PESSIMISTIC_WRITE)
class AccountRow {
    @Id
    String id;

    String username;

    @Column(name = "display_name")
    String displayName;

    @Column(name = "password_hash")
    String passwordHash;

    String role;

    @Column(name = "suspended_until")
    @Nullable
    Long suspendedUntilMillis;

    @Column(name = "suspended_why")
    @Nullable
    String suspendedWhy;

    long rev;

    @Column(name = "changed_at")
    long changedAtMillis;

    @Column(name = "created_at")
    long createdAtMillis;

    @SuppressWarnings("NullAway.Init")
    protected AccountRow() {} // for JPA

    AccountRow(UserId id, String username, String displayName, String passwordHash, GlobalRole role, long nowMillis) {
        this.id = id.value();
        this.username = username;
        this.displayName = displayName;
        this.passwordHash = passwordHash;
        this.role = role.word();
        this.rev = 1;
        this.changedAtMillis = nowMillis;
        this.createdAtMillis = nowMillis;
    }

    GlobalRole role() {
        return GlobalRole.valueOf(role.toUpperCase(Locale.ROOT));
    }

    boolean suspendedAt(long nowMillis) {
        return suspendedUntilMillis != null && nowMillis < suspendedUntilMillis;
    }

    /** Says that something about this person changed. */
    void raise(long nowMillis) {
        rev++;
        changedAtMillis = nowMillis;
    }

    Account view() {
        return new Account(
                new UserId(id),
                username,
                displayName,
                role(),
                suspendedUntilMillis == null ? null : Instant.ofEpochMilli(suspendedUntilMillis),
                suspendedWhy,
                rev,
                Instant.ofEpochMilli(createdAtMillis));
    }
}
