package io.confab.rule;

import io.confab.kernel.VisibleText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Makes {@link Folded} texts. Linear in the text; thread-safe. */
final class Fold {
    private static final String MARKUP = "*_~`|";
    private static final int BREVE = 0x0306;
    private static final int ROOM = 1_000;

    private final Map<Integer, Integer> always = new HashMap<>();
    private final Map<Integer, Integer> besideLatin = new HashMap<>();

    Fold() {
        var stream = Objects.requireNonNull(Fold.class.getResourceAsStream("lookalikes.txt"));
        try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code always|mixed letter look-alikes}. */
    private void read(String line) {
        String[] parts = line.split(" ", 3);
        var letters = parts[0].equals("always") ? always : besideLatin;
        parts[2].codePoints().forEach(c -> letters.put(c, parts[1].codePointAt(0)));
    }

    /** At most twice as long as the text, or {@value #ROOM} characters: what it costs to match is bounded by that. */
    Folded of(String text) {
        int most = Math.max(2 * text.length(), ROOM);
        Folded folded = folded(text);
        return folded.plain().length() <= most ? folded : folded(withoutSwelling(text));
    }

    /** A few characters are a whole word each; in a text that is made of them they are a space. */
    private static String withoutSwelling(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            String one = Character.toString(c);
            String composed = Normalizer.normalize(one, Normalizer.Form.NFKC);
            out.append(composed.length() > 2 * one.length() ? " " : one);
        });
        return out.toString();
    }

    private Folded folded(String text) {
        String seen = seen(text);
        String plain = compared(seen);
        String bare = withoutMarkup(seen);
        return new Folded(plain, bare.equals(seen) ? plain : compared(bare));
    }

    /** A word of a rule, as it is found in {@link Folded#plain} texts. */
    String word(String word) {
        return of(word).plain().strip();
    }

    private static String seen(String text) {
        // these two are sentences in one character: a text of them would grow eighteen times as long
        String words = text.replace('\uFDFA', ' ').replace('\uFDFB', ' ');
        String decomposed = Normalizer.normalize(words, Normalizer.Form.NFKD);
        var out = new StringBuilder(decomposed.length());
        int base = ' ';
        for (int i = 0; i < decomposed.length(); i += Character.charCount(decomposed.codePointAt(i))) {
            int c = letterOf(decomposed.codePointAt(i));
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c)) {
                base = ' ';
                if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
                    out.append(' ');
                }
            } else if (isMark(c)) {
                if (!isDropped(c, base)) {
                    out.appendCodePoint(c);
                }
            } else if (!VisibleText.isIgnorable(c)) {
                base = c;
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }

    /** The white letters in black circles and squares stand for themselves, though Unicode does not say so. */
    private static int letterOf(int c) {
        if (c >= 0x1F150 && c <= 0x1F169) {
            return 'a' + c - 0x1F150;
        }
        return c >= 0x1F170 && c <= 0x1F189 ? 'a' + c - 0x1F170 : c;
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    /** The breve makes another letter of the Cyrillic i; what else stands on these scripts' letters only adorns them, or is optional. */
    private static boolean isDropped(int mark, int base) {
        if (VisibleText.isIgnorable(mark)) {
            return true;
        }
        if (mark == BREVE && (base == 'и' || base == 'И')) {
            return false;
        }
        return Character.isDigit(base)
                || switch (UnicodeScript.of(base)) {
                    case LATIN, GREEK, CYRILLIC -> true;
                    default -> false;
                };
    }

    /** {@code b**ad** word} is {@code bad word}; what stands at the edge of a word leaves a space. */
    private static String withoutMarkup(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int from = i;
            while (i < text.length() && MARKUP.indexOf(text.charAt(i)) >= 0) {
                i++;
            }
            boolean inside = from > 0
                    && i < text.length()
                    && Character.isLetterOrDigit(text.codePointBefore(from))
                    && Character.isLetterOrDigit(text.codePointAt(i));
            if (i > from && !inside && !out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
                out.append(' ');
            }
            if (i < text.length() && !(text.charAt(i) == ' ' && endsWithSpace(out))) {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    private static boolean endsWithSpace(StringBuilder out) {
        return !out.isEmpty() && out.charAt(out.length() - 1) == ' ';
    }

    private String compared(String text) {
        var out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            int end = endOfWord(text, i);
            if (end == i) {
                out.append(text.charAt(i++));
            } else {
                word(text, i, end, out);
                i = end;
            }
        }
        return Normalizer.normalize(out, Normalizer.Form.NFC);
    }

    private static int endOfWord(String text, int start) {
        int end = start;
        while (end < text.length() && (Character.isLetter(text.codePointAt(end)) || isMark(text.codePointAt(end)))) {
            end += Character.charCount(text.codePointAt(end));
        }
        return end;
    }

    private void word(String text, int start, int end, StringBuilder out) {
        String word = text.substring(start, end);
        boolean latin = word.codePoints().anyMatch(c -> UnicodeScript.of(c) == UnicodeScript.LATIN);
        word.codePoints().forEach(c -> {
            int plain = always.getOrDefault(c, latin ? besideLatin.getOrDefault(c, c) : c);
            if (plain == 'ß' || plain == 'ẞ') {
                out.append("ss");
            } else {
                int lower = Character.toLowerCase(plain);
                out.appendCodePoint(lower == 'ς' ? 'σ' : lower);
            }
        });
    }
}
