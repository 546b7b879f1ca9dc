package io.confab.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.search.MessageSearch.Piece;
import java.util.HashSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for, and where it stands in a text. */
class TermsTest {
    private static String marked(String asked, String text) {
        return Excerpt.of(text, Terms.of(asked)).stream()
                .map(piece -> piece.found() ? "[" + piece.text() + "]" : piece.text())
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({
        "buy, Buy now!, [Buy] now!",
        "now buy, Buy now!, [Buy] [now]!",
        "\"buy now\", Buy now! Now buy., [Buy now]! Now buy.",
        "spam*, Spamming spam, [Spamming] [spam]",
        "evil.com, at evil.com evil dot com, at [evil.com] evil dot com",
        "emile, for Émile, for [Émile]",
        "badword, a bad\u200Bword, a [bad\u200Bword]",
        "京, 東京都, 東[京]都",
        "東京, 東京都の東京, [東京]都の[東京]",
        "東京都, 東京の京都, ",
        "spam, spamming, ",
        "\"buy now\", now buy, ",
        "buy later, buy now, ",
    })
    void allTermsMustBeThereAndAreShownWhereTheyStand(String asked, String text, String shown) {
        assertThat(Terms.of(asked).matches(text)).isEqualTo(shown != null);
        if (shown != null) {
            assertThat(marked(asked, text)).isEqualTo(shown);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sp*, true",
        "spa*, false",
        "\"buy n*\", true",
        "a* spam, true",
        "a spam*, false",
        "ß*, true",
        "東*, false"
    })
    void aWordWithAnOpenEndHasThreeLettersAtLeast(String asked, boolean tooOpen) {
        var query = new MessageSearch.Query(asked, null, null, null, null);

        assertThat(Terms.of(asked).isTooOpen()).isEqualTo(tooOpen);
        assertThat(query.problem().isPresent()).isEqualTo(tooOpen);
    }

    /** Else the index would not find what matches. */
    @ParameterizedTest
    @CsvSource({
        "京, 東京都",
        "都, 東京都",
        "東京都, 私は東京都に",
        "spam* now, spamming right now",
        "\"evil.com/x\", http://evil.com/x",
        "iphone東, IPHONE東京",
        "한국*, 한국어",
    })
    void everyLexemeOfATermStandsInTheIndexForATextThatMatches(String asked, String text) {
        var there = Words.lexemes(Words.of(text));

        assertThat(Terms.of(asked).matches(text)).isTrue();
        assertThat(Terms.of(asked).lexemes())
                .isNotEmpty()
                .allMatch(lexeme -> lexeme.open()
                        ? there.stream().anyMatch(word -> word.startsWith(lexeme.word()))
                        : there.contains(lexeme.word()));
    }

    @Test
    void whatHoldsNoLetterAsksForNothing() {
        assertThat(Terms.of(" \"\" ... * \" ").terms()).isEmpty();
        assertThat(Terms.of("").terms()).isEmpty();
    }

    @Test
    void ofALongTextThePartAroundTheFirstHitIsShownAndNoCharacterIsCut() {
        String text = "\uD83D\uDC4D".repeat(1_000) + " needle " + "\uD83D\uDC4D".repeat(1_000) + " needle";

        var pieces = Excerpt.of(text, Terms.of("needle"));
        String shown = pieces.stream().map(Piece::text).collect(Collectors.joining());

        assertThat(pieces).filteredOn(Piece::found).extracting(Piece::text).containsExactly("needle");
        assertThat(shown).startsWith("…\uD83D\uDC4D").endsWith("\uD83D\uDC4D…").hasSizeLessThan(500);
        var characters = new HashSet<Integer>();
        shown.codePoints().forEach(characters::add);
        assertThat(characters).doesNotContain(0xD83D, 0xDC4D);
    }
}
