package io.confab.kernel;

/** An account's id: opaque, {@code u_} and letters or digits, at most 40 characters. */
public record UserId(String value) implements Comparable<UserId> {
    public UserId {
        Ids.check("user id", value);
    }

    @Override
    public int compareTo(UserId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
