package io.confab.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private static List<String> words(String text) {
        return Words.of(text).stream().map(Token::word).toList();
    }

    private static String lexemes(String text) {
        return Words.lexemes(Words.of(text)).stream().sorted().collect(Collectors.joining(" "));
    }

    @Test
    void aTextIsItsLettersAndDigitsWithoutWhatStandsBetween() {
        assertThat(words("Buy now, at http://evil.com/x?y=1 — don't!"))
                .containsExactly("buy", "now", "at", "http", "evil", "com", "x", "y", "1", "don", "t");
        assertThat(words("!?… ''")).isEmpty();
        assertThat(words("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Émile, emile",
        "E\u0301MILE, emile",
        "STRASSE, strasse",
        "Straße, strasse",
        "ΟΔΟΣ, οδοσ",
        "Ὀδός, οδοσ",
        "ｂａｄｗｏｒｄ, badword",
        "bad\u200Bword, badword",
        "b\u00ADa\u034Fd\u200Dword, badword",
        "İstanbul, istanbul",
        "ﬁsh, fish",
        "مُحَمَّد, محمد",
        "أحمد, احمد",
        "محـــمد, محمد",
        "שָׁלוֹם, שלום",
        "Ёлка, елка",
    })
    void caseWidthAccentsAndWhatCannotBeSeenMakeNoDifference(String text, String word) {
        assertThat(words(text)).containsExactly(word);
    }

    @Test
    void marksThatAreLettersOfTheirOwnStay() {
        assertThat(words("हिन्दी")).containsExactly("हिन्दी");
        assertThat(words("कि")).isNotEqualTo(words("की"));
    }

    @Test
    void scriptsWithoutSpacesAreIndexedAsPairs() {
        assertThat(lexemes("東京都")).isEqualTo("京都 東京 都");
        assertThat(lexemes("東京, 大阪")).isEqualTo("京 大阪 東京 阪");
        assertThat(lexemes("カﾞ")).isEqualTo(lexemes("ガ"));
        assertThat(lexemes("ｶﾞｷﾞ")).isEqualTo("ガギ ギ");
        assertThat(lexemes("한국")).isEqualTo("국 한국");
        assertThat(lexemes("\u1112\u1161\u11AB")).isEqualTo("한"); // three parts of one character
        assertThat(lexemes("iPhone東京")).isEqualTo("iphone 京 東京");
        assertThat(words("ไทย")).hasSize(3);
    }

    @Test
    void anEmojiIsAWordWhateverColourItHas() {
        assertThat(words("no 👍🏽 and ❤️")).containsExactly("no", "👍", "and", "❤");
    }

    @Test
    void aWordStandsWhereItStandsInTheText() {
        String text = "\uD83D\uDC4D E\u0301mile ｶﾞ";
        List<Token> tokens = Words.of(text);

        assertThat(tokens.stream().map(token -> text.substring(token.from(), token.to())))
                .containsExactly("\uD83D\uDC4D", "E\u0301mile", "ｶﾞ");
    }

    @Test
    void aVeryLongWordIsIndexedByItsBeginning() {
        assertThat(lexemes("x".repeat(8_000))).isEqualTo("x".repeat(64));
        assertThat(lexemes("\uD801\uDC28".repeat(100))).isEqualTo("\uD801\uDC28".repeat(64));
    }
}
