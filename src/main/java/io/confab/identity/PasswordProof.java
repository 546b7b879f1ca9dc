package io.confab.identity;

import io.confab.kernel.UserId;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has shown the password of an account; nothing has begun yet. Good as long as that password is the account's.
 * Made by {@link SignIns#prove} alone; it may wait in a session for the second factor.
 */
public final class PasswordProof implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String user;
    private final String mark;
    private final @Nullable String rehashed;
    private final boolean needsCode;

    PasswordProof(Credentials.Proven proven, boolean needsCode) {
        this.user = proven.user().value();
        this.mark = Secrets.hash(proven.storedHash());
        this.rehashed = proven.rehashed();
        this.needsCode = needsCode;
    }

    public UserId user() {
        return new UserId(user);
    }

    /** Whether the account has a second factor, as it stood when the password was shown. */
    public boolean needsCode() {
        return needsCode;
    }

    /** Whether the account still has the password that was shown. */
    boolean isOf(AccountRow account) {
        return account.id.equals(user) && Secrets.same(mark, Secrets.hash(account.passwordHash));
    }

    /** What to store in place of the password's hash; null: it is as it should be. */
    @Nullable
    String rehashed() {
        return rehashed;
    }

    @Override
    public String toString() {
        return "PasswordProof[" + user + "]"; // never what it is a proof by
    }
}
