package io.confab.search;

import io.confab.search.MessageSearch.Piece;
import java.util.ArrayList;
import java.util.List;

/** The part of a long text around what was found first, cut between characters, with what was found apart. */
final class Excerpt {
    private static final int BEFORE = 120;
    private static final int MOST = 480;
    private static final String CUT = "…";

    private Excerpt() {}

    static List<Piece> of(String text, Terms terms) {
        List<Terms.Range> ranges = terms.ranges(text);
        int first = ranges.isEmpty() ? 0 : ranges.getFirst().from();
        int from = text.length() <= MOST ? 0 : whole(text, Math.max(0, first - BEFORE));
        int to = whole(text, Math.min(text.length(), from + MOST));
        var pieces = new ArrayList<Piece>();
        add(pieces, from > 0 ? CUT : "", false);
        int at = from;
        for (Terms.Range range : ranges) {
            int begin = Math.min(Math.max(range.from(), at), to);
            int end = Math.min(range.to(), to);
            add(pieces, text.substring(at, begin), false);
            add(pieces, text.substring(begin, Math.max(begin, end)), true);
            at = Math.max(begin, end);
        }
        add(pieces, text.substring(at, to), false);
        add(pieces, to < text.length() ? CUT : "", false);
        return List.copyOf(pieces);
    }

    private static void add(List<Piece> pieces, String text, boolean found) {
        if (!text.isEmpty()) {
            pieces.add(new Piece(text, found));
        }
    }

    /** Not in the middle of a character. */
    private static int whole(String text, int at) {
        boolean split = at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at));
        return split ? at - 1 : at;
    }
}
