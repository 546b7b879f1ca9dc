package io.confab.rule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds any of many words and phrases in one pass over a text (Aho and Corasick, 1975), however many they are. Words and text are
 * folded. Immutable.
 */
final class WordTree {
    private final boolean whole;
    private final List<char[]> letters = new ArrayList<>();
    private final List<int[]> children = new ArrayList<>();
    private final int[] shorter; // the node of the longest ending that is a beginning too
    private final int[] depth;
    private final boolean[] ends;
    private final int[] nextEnd; // the nearest such node at which a word ends; 0: none

    /** @param whole a word is found only where neither a letter nor a digit is beside it */
    WordTree(Collection<String> words, boolean whole) {
        this.whole = whole;
        var nodes = new ArrayList<TreeMap<Character, Integer>>();
        nodes.add(new TreeMap<>());
        var last = new ArrayList<Integer>();
        for (String word : words) {
            int node = 0;
            for (int i = 0; i < word.length(); i++) {
                Integer child = nodes.get(node).get(word.charAt(i));
                if (child == null) {
                    child = nodes.size();
                    nodes.get(node).put(word.charAt(i), child);
                    nodes.add(new TreeMap<>());
                }
                node = child;
            }
            last.add(node);
        }
        shorter = new int[nodes.size()];
        depth = new int[nodes.size()];
        ends = new boolean[nodes.size()];
        nextEnd = new int[nodes.size()];
        last.stream().filter(node -> node != 0).forEach(node -> ends[node] = true);
        for (TreeMap<Character, Integer> node : nodes) {
            char[] keys = new char[node.size()];
            int[] values = new int[node.size()];
            int i = 0;
            for (var entry : node.entrySet()) {
                keys[i] = entry.getKey();
                values[i++] = entry.getValue();
            }
            letters.add(keys);
            children.add(values);
        }
        link();
    }

    /** Breadth first: what a node falls back to is shallower, so it is linked already. */
    private void link() {
        var queue = new ArrayDeque<Integer>();
        queue.add(0);
        while (!queue.isEmpty()) {
            int node = queue.remove();
            for (int i = 0; i < letters.get(node).length; i++) {
                int child = children.get(node)[i];
                depth[child] = depth[node] + 1;
                shorter[child] = node == 0 ? 0 : step(shorter[node], letters.get(node)[i]);
                nextEnd[child] = ends[shorter[child]] ? shorter[child] : nextEnd[shorter[child]];
                queue.add(child);
            }
        }
    }

    /** The word that is found first; null: none is. */
    @Nullable
    String find(String text) {
        int node = 0;
        for (int i = 0; i < text.length(); i++) {
            node = step(node, text.charAt(i));
            int longest = ends[node] ? node : nextEnd[node];
            if (longest == 0 || (whole && !isEdge(text, i + 1))) {
                continue;
            }
            for (int end = longest; end != 0; end = nextEnd[end]) {
                int start = i + 1 - depth[end];
                if (!whole || isEdge(text, start)) {
                    return text.substring(start, i + 1);
                }
            }
        }
        return null;
    }

    private int step(int from, char letter) {
        for (int node = from; ; node = shorter[node]) {
            int at = Arrays.binarySearch(letters.get(node), letter);
            if (at >= 0) {
                return children.get(node)[at];
            }
            if (node == 0) {
                return 0;
            }
        }
    }

    /** Whether a word may begin or end here; scripts that put no space between words have an edge everywhere. */
    private static boolean isEdge(String text, int at) {
        if (at == 0 || at == text.length()) {
            return true;
        }
        int before = text.codePointBefore(at);
        int after = text.codePointAt(at);
        return !belongsToWord(before) || !belongsToWord(after) || runsOn(before) || runsOn(after);
    }

    private static boolean belongsToWord(int c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    private static boolean runsOn(int c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
            default -> false;
        };
    }
}
