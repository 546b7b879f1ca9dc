package io.confab.kernel;

/** A room's id: opaque, {@code r_} and letters or digits, at most 40 characters. */
public record RoomId(String value) implements Comparable<RoomId> {
    public RoomId {
        Ids.check("room id", value);
    }

    @Override
    public int compareTo(RoomId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
