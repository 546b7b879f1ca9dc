package io.confab.directory;

import java.util.List;
import java.util.function.Function;

/** One page of a longer list. @param more whether another page follows the last row */
public record Page<T>(List<T> rows, boolean more) {
    /** Of what a room said: after so many a page ends, though not before its first row. */
    public static final int BYTES = 256 * 1024;

    public Page {
        rows = List.copyOf(rows);
    }

    /** From a read that asked for one row more than the page holds. */
    static <T> Page<T> of(List<T> oneMore, int limit) {
        boolean more = oneMore.size() > limit;
        return new Page<>(more ? oneMore.subList(0, limit) : oneMore, more);
    }

    <R> Page<R> map(Function<List<T>, List<R>> change) {
        return new Page<>(change.apply(rows), more);
    }
}
