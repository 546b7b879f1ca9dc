package io.confab.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What was asked for, as words: all of them must be in a text. What stands between spaces, or between double quotes, must stand
 * together and in this order ({@code evil.com}, {@code "buy now"}, 東京都); a {@code *} at its end stands for any end of its last word.
 *
 * @param terms none: any text
 */
record Terms(List<Term> terms) {
    static final int MOST_CHARACTERS = 200;
    /** Shorter beginnings stand for too many words of the index. */
    static final int LEAST_BEFORE_OPEN = 3;

    private static final Pattern PARTS = Pattern.compile("\"([^\"]*)\"?|[^\\s\"]+");

    Terms {
        terms = List.copyOf(terms);
    }

    /** @param open the last word may go on */
    record Term(List<Token> tokens, boolean open) {}

    /** A word of the index. @param open or any that begins so */
    record Lexeme(String word, boolean open) {}

    /** A part of a text, in {@code char}s. */
    record Range(int from, int to) {}

    static Terms of(String asked) {
        return new Terms(PARTS.matcher(asked)
                .results()
                .map(Terms::term)
                .filter(term -> !term.tokens().isEmpty())
                .toList());
    }

    private static Term term(MatchResult part) {
        String text = part.group(1) == null ? part.group() : part.group(1);
        List<Token> tokens = Words.of(text);
        boolean open =
                text.endsWith("*") && !tokens.isEmpty() && !tokens.getLast().unspaced();
        return new Term(tokens, open);
    }

    /** A word with an open end is so short that most words begin with it. */
    boolean isTooOpen() {
        return terms.stream().filter(Term::open).anyMatch(term -> {
            String last = term.tokens().getLast().word();
            return last.codePointCount(0, last.length()) < LEAST_BEFORE_OPEN;
        });
    }

    /** All of these stand in the index for a text that holds the terms. */
    Set<Lexeme> lexemes() {
        var lexemes = new LinkedHashSet<Lexeme>();
        for (Term term : terms) {
            List<Token> tokens = term.tokens();
            for (int i = 0; i < tokens.size(); i++) {
                lexeme(term, i).ifPresent(lexemes::add);
            }
        }
        return lexemes;
    }

    private static Optional<Lexeme> lexeme(Term term, int i) {
        List<Token> tokens = term.tokens();
        Token token = tokens.get(i);
        boolean last = i + 1 == tokens.size();
        boolean paired = !last && tokens.get(i + 1).joined();
        if (token.joined() && !paired) {
            return Optional.empty(); // the pair before has it
        }
        boolean alone = token.unspaced() && !paired; // in the text another may follow
        return Optional.of(
                new Lexeme(Words.lexeme(token, last ? null : tokens.get(i + 1)), alone || (last && term.open())));
    }

    boolean matches(String text) {
        List<Token> tokens = Words.of(text);
        return terms.stream().noneMatch(term -> found(term, tokens).isEmpty());
    }

    /** Where they stand in the text, in its order, none inside another. */
    List<Range> ranges(String text) {
        List<Token> tokens = Words.of(text);
        var merged = new ArrayList<Range>();
        terms.stream()
                .flatMap(term -> found(term, tokens).stream())
                .sorted(Comparator.comparingInt(Range::from))
                .forEach(range -> {
                    if (!merged.isEmpty() && range.from() <= merged.getLast().to()) {
                        Range last = merged.removeLast();
                        merged.add(new Range(last.from(), Math.max(last.to(), range.to())));
                    } else {
                        merged.add(range);
                    }
                });
        return merged;
    }

    private static List<Range> found(Term term, List<Token> tokens) {
        var found = new ArrayList<Range>();
        int length = term.tokens().size();
        for (int i = 0; i + length <= tokens.size(); i++) {
            if (standsAt(term, tokens, i)) {
                found.add(new Range(
                        tokens.get(i).from(), tokens.get(i + length - 1).to()));
            }
        }
        return found;
    }

    private static boolean standsAt(Term term, List<Token> tokens, int at) {
        for (int i = 0; i < term.tokens().size(); i++) {
            Token asked = term.tokens().get(i);
            Token there = tokens.get(at + i);
            boolean open = term.open() && i + 1 == term.tokens().size();
            boolean same =
                    open ? there.word().startsWith(asked.word()) : there.word().equals(asked.word());
            if (!same || (asked.joined() && !there.joined())) {
                return false;
            }
        }
        return true;
    }
}
