package io.confab.room;

import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CASES: punctuation next to a mention neither hides it nor becomes part of the name. */
class MentionsTest {
    private static final UserId ANN = user("ann");
    private static final UserId ANN_LEE = new UserId("u_annlee");
    private static final Map<String, UserId> ACCOUNTS = Map.of("ann", ANN, "ann.lee", ANN_LEE);

    private static List<Mention> mentions(String text) {
        var known = new HashMap<String, UserId>();
        Mentions.candidates(text).forEach(name -> {
            if (ACCOUNTS.containsKey(name)) {
                known.put(name, ACCOUNTS.get(name));
            }
        });
        return Mentions.resolve(text, known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(@ann)", "@ann.", "@ann, hi", "@ann's", "¿@ann?", "「@ann」", "@ANN", "@@ann", "@ann..."})
    void punctuationDoesNotHideAMention(String text) {
        assertThat(mentions(text)).extracting(Mention::user).containsExactly(ANN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@ann.lee.", "@ann.lee's"})
    void dotInsideANameBelongsToIt(String text) {
        assertThat(mentions(text)).extracting(Mention::user).containsExactly(ANN_LEE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@ann.le", "@annx", "x@ann", "ann", "@", "@ ann", "@.", "9@ann", "_@ann", ".@ann", "@ann@"})
    void nearMissNotifiesNobodyElse(String text) {
        assertThat(mentions(text)).extracting(Mention::user).doesNotContain(ANN_LEE);
        if (!text.equals("@ann@")) {
            assertThat(mentions(text)).isEmpty();
        }
    }

    @Test
    void offsetsAreInCodePoints() {
        assertThat(mentions("👋👋 @ann. and 😀(@ann.lee)"))
                .containsExactly(new Mention(ANN, 3, 4), new Mention(ANN_LEE, 15, 8));
    }

    @Test
    void numberOfMentionsIsBounded() {
        String many = IntStream.range(0, 1_000).mapToObj(i -> "@n" + i).collect(Collectors.joining(" "));

        assertThat(Mentions.candidates(many)).hasSize(Mentions.MAX);
        assertThat(mentions("@ann ".repeat(1_000))).hasSize(Mentions.MAX);
    }

    @Test
    void runLongerThanANameIsNoCandidate() {
        assertThat(Mentions.candidates("@" + "a".repeat(33) + " @" + "b".repeat(32)))
                .containsExactly("b".repeat(32));
    }

    @Property
    void everyMentionIsAtItsPlaceInTheText(@ForAll("texts") String text) {
        int[] codePoints = text.codePoints().toArray();
        for (Mention mention : mentions(text)) {
            String marked = new String(codePoints, mention.offset(), mention.length());
            String name = mention.user().equals(ANN) ? "@ann" : "@ann.lee";
            assertThat(marked).isEqualToIgnoringCase(name);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("@", "ann", "Ann", ".", "lee", "'s", " ", "😀", "é", "x", "(", "-")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }
}
