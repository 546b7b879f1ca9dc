package io.confab.kernel;

/** An account's id: opaque, {@code u_} and letters or digits, at most 40 characters. */
public record UserId(String value) implements Comparable<UserId> {
    /** The server itself, where it acts by its own: a reserved account that nobody can sign in to (docs/adr/0065). */
    public static final UserId SERVER = new UserId("u_confab");

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
