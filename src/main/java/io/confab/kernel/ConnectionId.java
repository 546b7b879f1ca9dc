package io.confab.kernel;

/** One socket on one node, for its lifetime: opaque, at most 40 characters. */
public record ConnectionId(String value) implements Comparable<ConnectionId> {
    public ConnectionId {
        Ids.check("connection id", value);
    }

    @Override
    public int compareTo(ConnectionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
