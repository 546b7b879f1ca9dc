package io.confab.kernel;

/** A place in one room's log: the epoch of its numbers and the number of the last event seen (0: before the first). */
public record Position(String epoch, long seq) {
    public Position {
        if (seq < 0) {
            throw new IllegalArgumentException("seq " + seq + " must not be negative");
        }
    }
}
