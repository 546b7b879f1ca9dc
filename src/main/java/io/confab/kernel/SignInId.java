package io.confab.kernel;

/** A sign-in's id (one device that logged in): opaque, at most 40 characters. */
public record SignInId(String value) implements Comparable<SignInId> {
    public SignInId {
        Ids.check("sign-in id", value);
    }

    @Override
    public int compareTo(SignInId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
