package io.confab.moderation;

import java.util.List;

/**
 * Rows of a longer list, and how many match: counted up to {@link #MOST}, so that no list costs more the longer it is.
 *
 * @param total at most {@link #MOST}
 * @param more there are more than that: the reader should narrow the search
 */
public record Slice<T>(List<T> rows, int total, boolean more) {
    public static final int MOST = 10_000;

    public Slice {
        rows = List.copyOf(rows);
    }

    /** @param counted matching rows, counted to one beyond {@link #MOST} */
    static <T> Slice<T> of(List<T> rows, int counted) {
        return new Slice<>(rows, Math.min(counted, MOST), counted > MOST);
    }
}
