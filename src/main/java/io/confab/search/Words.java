package io.confab.search;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a text apart into what can be found in it, the same for what is stored and for what is asked: case, width, invisible
 * characters and, where they are no letters of their own, accents and vowel signs make no difference. Scripts that are
 * written without spaces are taken character by character and indexed as pairs, so that any two that stand side by side can be found.
 */
final class Words {
    /** Longer words are the same in the index when they begin alike. */
    private static final int MOST_CODE_POINTS = 64;

    private static final Set<UnicodeScript> UNSPACED = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.HANGUL,
            UnicodeScript.BOPOMOFO,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);
    /** Here marks are accents or vowel signs that people leave out. */
    private static final Set<UnicodeScript> MARKS_LEFT_OUT = EnumSet.of(
            UnicodeScript.LATIN,
            UnicodeScript.GREEK,
            UnicodeScript.CYRILLIC,
            UnicodeScript.ARABIC,
            UnicodeScript.HEBREW);

    private static final int SHARP_S = 0xDF;
    private static final int TATWEEL = 0x640;
    private static final int GRAPHEME_JOINER = 0x34F;

    private final List<Token> tokens = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private int wordFrom;
    private int wordTo;
    private boolean behindUnspaced;

    private Words() {}

    static List<Token> of(String text) {
        var words = new Words();
        for (int from = 0; from < text.length(); ) {
            int to = clusterEnd(text, from);
            words.take(folded(text, from, to), from, to);
            from = to;
        }
        words.endWord();
        return words.tokens;
    }

    /** What stands in the index for a text with these tokens. */
    static Set<String> lexemes(List<Token> tokens) {
        var lexemes = new LinkedHashSet<String>();
        for (int i = 0; i < tokens.size(); i++) {
            lexemes.add(lexeme(tokens.get(i), i + 1 < tokens.size() ? tokens.get(i + 1) : null));
        }
        return lexemes;
    }

    /** A word, or a character with the one behind it. */
    static String lexeme(Token token, @Nullable Token next) {
        if (token.unspaced()) {
            return next != null && next.joined() ? token.word() + next.word() : token.word();
        }
        String word = token.word();
        return word.codePointCount(0, word.length()) <= MOST_CODE_POINTS
                ? word
                : word.substring(0, word.offsetByCodePoints(0, MOST_CODE_POINTS));
    }

    /** A character with all the marks that belong to it: normalised alone it is as it is in the whole text. */
    private static int clusterEnd(String text, int from) {
        int to = from + Character.charCount(text.codePointAt(from));
        while (to < text.length()) {
            int next = text.codePointAt(to);
            if (next < 0x300 || !goesOn(next)) {
                break;
            }
            to += Character.charCount(next);
        }
        return to;
    }

    private static boolean goesOn(int c) {
        boolean halfWidthVoice = c == 0xFF9E || c == 0xFF9F;
        boolean jamo = c >= 0x1160 && c <= 0x11FF;
        return isMark(c) || halfWidthVoice || jamo;
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    private static String folded(String text, int from, int to) {
        if (to - from == 1 && text.charAt(from) < 0x80) {
            return String.valueOf(Character.toLowerCase(text.charAt(from)));
        }
        String taken = Normalizer.normalize(text.substring(from, to), Normalizer.Form.NFKD);
        var folded = new StringBuilder(taken.length());
        UnicodeScript script = UnicodeScript.COMMON;
        for (int i = 0; i < taken.length(); i += Character.charCount(taken.codePointAt(i))) {
            int c = taken.codePointAt(i);
            if (!isMark(c)) {
                script = UnicodeScript.of(c);
                fold(c, folded);
            } else if (!MARKS_LEFT_OUT.contains(script)) {
                folded.appendCodePoint(c);
            }
        }
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    private static void fold(int c, StringBuilder folded) {
        int lower = Character.toLowerCase(Character.toUpperCase(c));
        if (lower == SHARP_S) {
            folded.append("ss");
        } else {
            folded.appendCodePoint(lower);
        }
    }

    private void take(String folded, int from, int to) {
        folded.codePoints().filter(c -> !isIgnored(c)).forEach(c -> take(c, from, to));
    }

    private static boolean isIgnored(int c) {
        boolean variation = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
        return Character.getType(c) == Character.FORMAT || c == GRAPHEME_JOINER || c == TATWEEL || variation;
    }

    private void take(int c, int from, int to) {
        boolean letter = isLetter(c);
        if ((letter || isMark(c)) && UNSPACED.contains(UnicodeScript.of(c))) {
            endWord();
            tokens.add(new Token(Character.toString(c), from, to, true, behindUnspaced));
            behindUnspaced = true;
        } else if (letter || (isMark(c) && !word.isEmpty())) {
            if (word.isEmpty()) {
                wordFrom = from;
            }
            word.appendCodePoint(c);
            wordTo = to;
            behindUnspaced = false;
        } else {
            endWord();
            behindUnspaced = false;
            if (Character.getType(c) == Character.OTHER_SYMBOL) {
                tokens.add(new Token(Character.toString(c), from, to, false, false));
            }
        }
    }

    private static boolean isLetter(int c) {
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
    }

    private void endWord() {
        if (!word.isEmpty()) {
            tokens.add(new Token(word.toString(), wordFrom, wordTo, false, false));
            word.setLength(0);
        }
    }
}
