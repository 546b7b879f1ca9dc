package io.confab.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Configuration;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules meet and what they do not. */
class MatchingTest {
    private static final RuleSettings SETTINGS = RuleSettings.from(new Configuration(key -> Optional.empty()));
    private static final Fold FOLD = new Fold();
    private static final UserId ANN = new UserId("u_ann");
    private static final UserId BEN = new UserId("u_ben");

    private static final RoomId ROOM = new RoomId("r_room");

    private final Tallies tallies = new Tallies();

    private Matching matching(Trigger trigger) throws BadRule {
        return Matching.of("q_1", trigger, FOLD, tallies, SETTINGS);
    }

    private @Nullable String met(Trigger trigger, String text) throws BadRule {
        return matching(trigger).in(new Examined(FOLD, ANN, text, 0, 1));
    }

    private static Trigger words(String... words) {
        return new Trigger.Words(List.of(words), true);
    }

    private static Trigger anywhere(String... words) {
        return new Trigger.Words(List.of(words), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "badword",
                "a badword here",
                "BADWORD",
                "Badword!",
                "bad\u200Bword",
                "b\u200Da\u200Dd\u200Dword",
                "bad\u00ADword",
                "bad\u034Fword",
                "b\uFE0Fadword",
                "bad\u2060word\uFEFF",
                "bаdword",
                "bаdwоrd",
                "BАDWОRD",
                "ΒADWORD",
                "ｂａｄｗｏｒｄ",
                "𝐛𝐚𝐝𝐰𝐨𝐫𝐝",
                "ⓑⓐⓓⓦⓞⓡⓓ",
                "b̶a̶d̶w̶o̶r̶d̶",
                "bádwörd",
                "b\u0489adword",
                "b**ad**word",
                "**bad**word",
                "~~badword~~",
                "||bad||word",
                "_badword_",
                "b`ad`word",
                "b*а*dword",
                "ʙᴀᴅᴡᴏʀᴅ",
                "bɑdword"
            })
    void aWordIsFoundHoweverItIsWritten(String text) throws BadRule {
        assertThat(met(words("badword"), text)).isEqualTo("badword");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bad word", "bad\nword", "BAD \t\r\n word", "bad\u00A0word", "**bad** word", "bad\u3000word"})
    void aPhraseIsFoundOverLineBreaksAndWhateverSpace(String text) throws BadRule {
        assertThat(met(words("bad word"), text)).isEqualTo("bad word");
    }

    @Test
    void aWholeWordIsNotFoundInALongerOneAndAnyOtherIs() throws BadRule {
        assertThat(met(words("badword"), "embadwording")).isNull();
        assertThat(met(anywhere("badword"), "embadwording")).isEqualTo("badword");
        assertThat(met(words("badword"), "not_badword_here")).isEqualTo("badword");
        assertThat(met(words("ass"), "a classic assassin, an assumption")).isNull();
        assertThat(met(words("bad"), "bad-word")).isEqualTo("bad");
        assertThat(met(words("bad"), "badword badly bad2 2bad")).isNull();
    }

    @Test
    void amongManyWordsTheFirstInTheTextIsFoundAndOneInsideAnotherTooWhereItStandsAlone() throws BadRule {
        Trigger many = words("he", "she", "hers", "buy now", "now");

        assertThat(met(many, "ushers and theses")).isNull();
        assertThat(met(many, "see hers")).isEqualTo("hers");
        assertThat(met(many, "to buy nowhere, but now")).isEqualTo("now");
        assertThat(met(many, "please BUY NOW")).isEqualTo("buy now");
        assertThat(met(anywhere("she", "he", "hers"), "ushers")).isEqualTo("she");
    }

    /** The same text as people write it every day: nothing in it is one of the words, though it could be taken for one. */
    @Test
    void ordinaryTextsOfOtherScriptsMeetNothing() throws BadRule {
        Trigger latin =
                words("cop", "pop", "he", "ho", "sik", "mop", "cap", "pa", "ba", "aba", "sex", "od", "oh", "no", "to");
        for (String text : List.of(
                "сор в избе, он сказал: но то не сор", // Russian: every letter looks like a Latin one
                "Ροή του νερού, το νερό και η ώρα", // Greek
                "صباح الخير، كيف حالك اليوم؟ هذا الكتاب جميل جداً", // Arabic, with marks
                "لا‌ تكتب هنا", // with a zero-width non-joiner
                "नमस्ते, आप कैसे हैं? हिन्दी में लिखिए क्‍यों", // Hindi, with a zero-width joiner
                "สวัสดีครับ วันนี้อากาศดีมาก", // Thai
                "sık sık gelirim, ısrar etme, ılık su", // Turkish: a dotless i is another letter
                "İstanbul'da ığdır",
                "👨‍👩‍👧‍👦 🏳️‍🌈 ❤️ 1️⃣ 🇸🇪🇽🇰 👍🏽", // emoji with joiners, selectors, flags
                "中文没有空格,日本語もありません。한국어도 있어요",
                "Đây là tiếng Việt, rất hay")) {
            assertThat(met(latin, text)).as(text).isNull();
        }
    }

    @Test
    void wordsOfOtherScriptsAreFoundAsTheyAre() throws BadRule {
        assertThat(met(words("сор"), "в избе СОР.")).isEqualTo("сор");
        assertThat(met(words("мой"), "это мой дом")).isEqualTo("мой");
        assertThat(met(words("мой"), "вы мои друзья")).isNull();
        assertThat(met(words("كتاب"), "هذا كتاب جميل")).isEqualTo("كتاب");
        assertThat(met(words("हिन्दी"), "वह हिन्दी है")).isNotNull();
        assertThat(met(words("सवाल"), "सवालों"))
                .as("with another vowel it is another word")
                .isNull();
        assertThat(met(words("没有"), "中文没有空格")).as("no space between words").isNotNull();
        assertThat(met(words("อากาศ"), "วันนี้อากาศดี")).isNotNull();
        assertThat(met(words("strasse"), "Die STRASSE, die Straße")).isNotNull();
        assertThat(met(words("sık"), "SIK sık")).isEqualTo("sık");
        assertThat(met(words("καλός"), "ΚΑΛΟΣ")).isNotNull();
    }

    @Test
    void anExpressionIsFoundInTheFoldedTextWhateverTheCase() throws BadRule {
        assertThat(met(new Trigger.Expression("\\bBUY\\s+(now|today)\\b"), "ｂuy\u200B  TODAY"))
                .isEqualTo("buy today");
        assertThat(met(new Trigger.Expression("^\\d{4}$"), "12345")).isNull();
        assertThat(met(new Trigger.Expression("b[а-я]d"), "вad бxd")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(x+x+)+y", "([a-z]+)*\\d{30}", "(a|aa)+$", "(.*a){15}", "^(a?){15}a{15}$"})
    void aPatternThatWouldHangOthersIsLinear(String pattern) throws BadRule {
        Matching matching = matching(new Trigger.Expression(pattern));
        var message = new Examined(FOLD, ANN, "a".repeat(7_000) + "!", 0, 1);
        for (int warm = 0; warm < 20; warm++) {
            quietly(matching, message);
        }

        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long begun = threads.getCurrentThreadCpuTime();
            quietly(matching, message);
            best = Math.min(best, threads.getCurrentThreadCpuTime() - begun);
        }

        assertThat(Duration.ofNanos(best))
                .as("the budget of one form, with what is done until it is looked at")
                .isLessThan(SETTINGS.budget().multipliedBy(2));
    }

    private static void quietly(Matching matching, Examined message) {
        try {
            matching.in(message);
        } catch (Budget.Exhausted e) {
            assertThat(e).hasMessageContaining("longer");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{1000}",
                "(a{30}){30}",
                "((a{1000}){1000}){9}",
                "((((a{9}){9}){9}){9}){9}",
                "(\\Q)\\E(a{1000}){1000}){1000}",
                "\\Q(\\E((a{1000}){1000}){9}",
                "([)](a{1000}){1000}){1000}",
                "(((a{1000}){1000}){1000}\\Q(",
                "(a*){999}(b*){999}",
                "[[:alpha:]]{1000}",
                "a{5000}",
                "(",
                "a**",
                "[z-a]",
                "(?=a)",
                "\\1"
            })
    void whatWouldGrowBeyondMeasureOrIsNoExpressionIsRefusedWithAReason(String pattern) {
        assertThatThrownBy(() -> matching(new Trigger.Expression(pattern)))
                .isInstanceOf(BadRule.class)
                .message()
                .containsAnyOf("too large", "no regular expression");
    }

    @Test
    void anExpressionThatIsTooLongOrTooDeepIsRefused() {
        assertThatThrownBy(() -> matching(new Trigger.Expression("a".repeat(102_400))))
                .isInstanceOf(BadRule.class)
                .hasMessageContaining("at most 500 characters");
        assertThatThrownBy(() -> matching(new Trigger.Expression("(".repeat(200) + ")".repeat(200))))
                .isInstanceOf(BadRule.class)
                .hasMessageContaining("inside each other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\bhttps?://[^\\s/]+\\.(?:ru|cn)(?:/\\S*)?\\b",
                "\\x{1000}\\p{Greek}{3}",
                "(?i:free)\\W{0,3}(?:bit)?coins?",
                "[^]a]{3}[\\]]",
                "a{2,}b{3,7}?"
            })
    void ordinaryExpressionsAreTaken(String pattern) throws BadRule {
        assertThat(met(new Trigger.Expression(pattern), "nothing of it")).isNull();
    }

    @Test
    void aRuleThatTakesTooMuchOfTheProcessorIsStopped() throws BadRule {
        Matching matching = Matching.of(
                "q_1",
                new Trigger.Expression("(a*b?){15}c"),
                FOLD,
                tallies,
                RuleSettings.from(
                        new Configuration(key -> Optional.of("1ms").filter(v -> key.equals("confab.rules.budget")))));
        var message = new Examined(FOLD, ANN, "a".repeat(400_000), 0, 1);

        assertThatThrownBy(() -> matching.in(message)).isInstanceOf(Budget.Exhausted.class);
    }

    @Test
    void linksAreFoundByTheirDomainHoweverTheyAreWritten() throws BadRule {
        Trigger evil = new Trigger.Links(List.of("evil.example", Links.domain("*.BÜCHER.example")), false);

        assertThat(met(evil, "see http://evil.example/a?b")).isEqualTo("evil.example");
        assertThat(met(evil, "HTTPS://WWW.Evil.Example:8080")).isEqualTo("www.evil.example");
        assertThat(met(evil, "[good](http://good.example@evil.example\\x)")).isEqualTo("evil.example");
        assertThat(met(evil, "http://good.example/?to=http://evil.example")).isEqualTo("evil.example");
        assertThat(met(evil, "go to evil.example.")).isEqualTo("evil.example");
        assertThat(met(evil, "http://еvil.example")).as("a Cyrillic e").isEqualTo("evil.example");
        assertThat(met(evil, "http://evil。example")).isEqualTo("evil.example");
        assertThat(met(evil, "http://xn--bcher-kva.example")).isNotNull();
        assertThat(met(evil, "http://notevil.example http://evil.example.org")).isNull();
    }

    @Test
    void anyLinkMeansWhatAClientWouldMakeALinkOf() throws BadRule {
        Trigger any = new Trigger.Links(List.of(), false);
        Trigger except = new Trigger.Links(List.of("ours.example"), true);

        assertThat(met(any, "http://x.example")).isEqualTo("x.example");
        assertThat(met(any, "www.x.example")).isEqualTo("www.x.example");
        assertThat(met(any, "e.g. file.txt, 3.14, Node.js and 10:30")).isNull();
        assertThat(met(except, "http://wiki.ours.example/a")).isNull();
        assertThat(met(except, "http://ours.example.org")).isEqualTo("ours.example.org");
        assertThatThrownBy(() -> Links.domain("no domain")).isInstanceOf(BadRule.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "@", "(", "*", "://", "a.", "@a ", "http://@", "`", "~", "ﷺ", "㌀", "⁗", "á", "xn--"})
    void textsThatAreAllPunctuationCostNoMoreThanOthers(String piece) throws BadRule {
        String text = piece.repeat(8_000 / piece.length());
        var rules = List.of(
                matching(words("badword", "aaab")),
                matching(anywhere("[]", "@@@x")),
                matching(new Trigger.Links(List.of("a.example"), true)),
                matching(new Trigger.Mentions(50)),
                matching(new Trigger.Repeats(3, Duration.ofMinutes(1))));
        for (int warm = 0; warm < 20; warm++) {
            rules.forEach(rule -> rule.in(new Examined(FOLD, ANN, text, 0, 1)));
        }

        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long begun = System.nanoTime();
            var message = new Examined(FOLD, ANN, text, 0, 1);
            rules.forEach(rule -> rule.in(message));
            best = Math.min(best, System.nanoTime() - begun);
        }

        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(10));
    }

    @Test
    void manyDifferentNamesAreAMentionFlood() throws BadRule {
        Trigger flood = new Trigger.Mentions(3);

        assertThat(met(flood, "@ann @ben @cem")).isNotNull();
        assertThat(met(flood, "@ann @ann @ANN @ben")).isNull();
    }

    @Test
    void theSameTextAgainAndAgainIsARepeatAlsoWhenItIsDisguised() throws BadRule {
        Matching repeats = matching(new Trigger.Repeats(3, Duration.ofSeconds(60)));

        assertThat(repeats.in(new Examined(FOLD, ANN, "Hello all", 0, 1))).isNull();
        assertThat(repeats.in(new Examined(FOLD, ANN, "hello  ａll", 1_000, 2))).isNull();
        assertThat(repeats.in(new Examined(FOLD, ANN, "hello all", 1_500, 2)))
                .as("a retry")
                .isNull();
        assertThat(repeats.in(new Examined(FOLD, BEN, "hello all", 1_600, 3)))
                .as("by another")
                .isNull();
        assertThat(repeats.in(new Examined(FOLD, ANN, "another", 1_700, 4))).isNull();
        assertThat(repeats.in(new Examined(FOLD, ANN, "h\u200Bello all", 2_000, 5)))
                .isNotNull();
        assertThat(repeats.in(new Examined(FOLD, ANN, "hello all", 2_500, 0)))
                .as("an edit")
                .isNull();
        assertThat(repeats.in(new Examined(FOLD, ANN, "hello all", 90_000, 6)))
                .as("long after")
                .isNull();
    }

    @Test
    void aRateCountsByTheNumberThatTheRuleHasNow() throws BadRule {
        Matching three = matching(new Trigger.Rate(3, Duration.ofSeconds(10)));
        assertThat(three.in(new Examined(FOLD, ANN, "a", 0, 1))).isNull();
        assertThat(three.in(new Examined(FOLD, ANN, "b", 1, 2))).isNull();

        Matching ten = matching(new Trigger.Rate(10, Duration.ofSeconds(10)));
        for (int i = 3; i < 12; i++) {
            assertThat(ten.in(new Examined(FOLD, ANN, "c", i, i)))
                    .as("message %s", i)
                    .isNull();
        }
        assertThat(ten.in(new Examined(FOLD, ANN, "d", 13, 13))).isNotNull();
    }

    @Test
    void whatIsCountedOfManyTextsIsBoundedAndTheLastAreStillCounted() throws BadRule {
        Matching repeats = matching(new Trigger.Repeats(2, Duration.ofMinutes(1)));
        for (int i = 1; i <= 300_000; i++) {
            repeats.in(new Examined(FOLD, ANN, "t" + i, i, i));
        }

        assertThat(tallies.size()).isLessThan(50_000);
        repeats.in(new Examined(FOLD, BEN, "again", 300_001, 300_001));
        assertThat(repeats.in(new Examined(FOLD, BEN, "again", 300_002, 300_002)))
                .isNotNull();
    }

    @Test
    void overMessagesOfThePastWhatLiesFurtherBackIsForgottenByTheirTimeAndNotByTheClock() {
        var millis = new AtomicLong();
        var past = new Tallies(() -> TimeUnit.MILLISECONDS.toNanos(millis.get()), Duration.ofSeconds(60));
        for (int i = 1; i <= 10_000; i++) {
            millis.set(i * 1_000L);
            past.reached(new Tallies.Key("q_1", 2, ANN, i), millis.get(), i, Duration.ofSeconds(60));
        }

        assertThat(past.size()).isLessThanOrEqualTo(60);
    }

    private static RuleRow row(Trigger trigger) {
        return row("q_1", trigger, RuleMode.ON);
    }

    private static RuleRow row(String id, Trigger trigger, RuleMode mode) {
        var definition = new RuleDefinition(
                "a rule", trigger, RuleAct.BLOCK, null, Duration.ZERO, Duration.ZERO, Set.of(), List.of());
        return new RuleRow(id, definition, mode, 1, 1, null, Instant.EPOCH, ANN, Instant.EPOCH);
    }

    @Test
    void nobodySwitchesARuleOffByThemselfThoughItFailsAtEachOfTheirTexts() {
        var troubles = new ArrayList<String>();
        RuleBook book = RuleBook.of(
                List.of(row(new Trigger.Expression("(a*b?){15}c"))),
                RuleBook.EMPTY,
                FOLD,
                tallies,
                SETTINGS,
                (rule, what) -> troubles.add(what));
        String slow = "a".repeat(500_000);

        for (int i = 0; i < 5; i++) {
            book.met(new Examined(FOLD, ANN, slow, 0, i), ROOM, (rule, what) -> troubles.add(what));
        }
        assertThat(troubles).hasSize(5).containsOnly("");
        book.met(new Examined(FOLD, BEN, slow, 0, 6), ROOM, (rule, what) -> troubles.add(what));
        book.met(new Examined(FOLD, new UserId("u_cem"), slow, 0, 7), ROOM, (rule, what) -> troubles.add(what));

        assertThat(troubles).hasSize(7);
        assertThat(troubles.getLast()).contains("of 3 people").contains("longer than a rule may");
    }

    private static RuleSettings with(String key, String value) {
        return RuleSettings.from(new Configuration(asked -> Optional.of(value).filter(v -> asked.equals(key))));
    }

    private static final Trigger SLOW = new Trigger.Expression("(a*b?){15}c");
    private static final String SLOW_TEXT = "a".repeat(500_000);

    /** Each takes a budget of its own, all together no more than ten. */
    @Test
    void howeverManyRulesATextMakesSlowItTakesNoMoreThanAFewBudgets() {
        var rows = new ArrayList<RuleRow>();
        for (int i = 0; i < 50; i++) {
            rows.add(row("q_" + i, SLOW, RuleMode.ON));
        }
        RuleBook book = RuleBook.of(
                rows, RuleBook.EMPTY, FOLD, tallies, with("confab.rules.budget", "1ms"), (rule, what) -> {});
        var blamed = new HashSet<String>();
        var times = new AtomicLong();

        for (String author : List.of("u_ann", "u_ben", "u_cem")) {
            book.met(new Examined(FOLD, new UserId(author), SLOW_TEXT, 0, 1), ROOM, (rule, what) -> {
                times.incrementAndGet();
                if (!what.isEmpty()) {
                    blamed.add(rule.id());
                }
            });
        }

        assertThat(times).as("each failed or was passed over each time").hasValue(150);
        assertThat(blamed).as("those that looked").isNotEmpty().hasSizeLessThan(12);
    }

    @Test
    void whatIsOnIsLookedAtBeforeWhatOnlyWatchesAndWhatATextCanMakeSlowComesAfterTheOthers() {
        Trigger rate = new Trigger.Rate(1, Duration.ofSeconds(10));
        RuleBook book = RuleBook.of(
                List.of(
                        row("q_1", new Trigger.Expression(".*"), RuleMode.WATCH),
                        row("q_2", rate, RuleMode.WATCH),
                        row("q_3", new Trigger.Expression(".*"), RuleMode.ON),
                        row("q_4", rate, RuleMode.ON)),
                RuleBook.EMPTY,
                FOLD,
                tallies,
                SETTINGS,
                (rule, what) -> {});

        assertThat(book.met(new Examined(FOLD, ANN, "hello", 0, 1), ROOM, (rule, what) -> {}))
                .extracting(met -> met.rule().id())
                .containsExactly("q_4", "q_3", "q_2", "q_1");
    }

    /** Else each change of any rule would forgive what had nearly brought this one down. */
    @Test
    void aRuleIsMadeReadyAnewOnlyWhenItHasChanged() {
        var troubles = new ArrayList<String>();
        RuleBook.Trouble trouble = (rule, what) -> troubles.add(what);
        RuleBook first = RuleBook.of(List.of(row(SLOW)), RuleBook.EMPTY, FOLD, tallies, SETTINGS, trouble);
        first.met(new Examined(FOLD, ANN, SLOW_TEXT, 0, 1), ROOM, trouble);
        first.met(new Examined(FOLD, BEN, SLOW_TEXT, 0, 2), ROOM, trouble);
        var changed = List.of(row(SLOW), row("q_2", words("badword"), RuleMode.ON));

        RuleBook second = RuleBook.of(changed, first, FOLD, tallies, SETTINGS, trouble);
        second.met(new Examined(FOLD, new UserId("u_cem"), SLOW_TEXT, 0, 3), ROOM, trouble);

        assertThat(troubles).hasSize(3);
        assertThat(troubles.getLast()).contains("of 3 people");
    }

    /** What is said in another alphabet costs many times its length to read. */
    @Test
    void ofAllLinksOfATextSomeAreMadeReadableAndTheRestAreStillLinks() throws BadRule {
        Trigger named = new Trigger.Links(List.of(Links.domain("bücher.example"), Links.domain("evil.example")), false);
        String many = "xn--a.b ".repeat(Links.MOST_READ - 1);

        assertThat(met(named, many + "http://xn--bcher-kva.example")).isNotNull();
        assertThat(met(named, many + "xn--a.b http://xn--bcher-kva.example")).isNotNull();
        assertThat(met(new Trigger.Links(List.of(), false), many + "xn--a.b http://xn--bcher-kva.example"))
                .isEqualTo("xn--bcher-kva.example");
        assertThat(met(named, many.repeat(3) + "http://evil.example"))
                .as("it is found behind however many")
                .isEqualTo("evil.example");
    }

    @Test
    void aLinkLeadsWhereABrowserGoesWhateverStandsBeforeTheHostOrInItsPlace() throws BadRule {
        Trigger evil = new Trigger.Links(List.of(Links.domain("evil.example"), Links.domain("bücher.example")), false);

        assertThat(met(evil, "https://" + "a".repeat(2_000) + "@evil.example/")).isEqualTo("evil.example");
        assertThat(met(evil, "https://a@b@evil.example/@good.example")).isEqualTo("evil.example");
        assertThat(met(evil, "https://evil%2Eexample/")).isEqualTo("evil.example");
        assertThat(met(evil, "https://b%C3%BCcher.example/")).isNotNull();
        assertThat(met(evil, "https://good.example/%65vil.example")).isNull();
        assertThat(met(evil, "https://%zz.example https://good%2eexample")).isNull();
    }

    /** Each of them ends at each letter, and none at the end of a word. */
    @Test
    void manyWordsInsideOneAnotherCostNoMoreThanAFew() throws BadRule {
        String[] nested = IntStream.rangeClosed(1, 100).mapToObj("a"::repeat).toArray(String[]::new);
        Matching matching = matching(words(nested));
        var message = new Examined(FOLD, ANN, "a".repeat(8_000), 0, 1);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;

        for (int i = 0; i < 40; i++) {
            long begun = threads.getCurrentThreadCpuTime();
            assertThat(matching.in(message)).isNull();
            best = Math.min(best, threads.getCurrentThreadCpuTime() - begun);
        }

        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(4));
    }

    /** They are the same for all rules. */
    @Test
    void theLinksOfATextAreLookedForOnce() {
        var message = new Examined(FOLD, ANN, "http://a.example", 0, 1);

        assertThat(message.links()).isSameAs(message.links());
    }

    @Test
    void aDomainThatIsNamedIsMetWithAllBelowItAndNoOther() {
        var domains = Links.Domains.of(List.of("evil.example", "a.b.example", "example.org"), FOLD);

        for (String host :
                List.of("evil.example", "x.evil.example", "x.y.evil.example", "a.b.example", "..example.org")) {
            assertThat(domains.hold(host)).as(host).isTrue();
        }
        for (String host : List.of("", ".", "example", "notevil.example", "b.example", "evil.example.org.x", "org")) {
            assertThat(domains.hold(host)).as(host).isFalse();
        }
        assertThat(Links.Domains.of(List.of(), FOLD).hold("a.example")).isFalse();
    }

    @Test
    void aTextOfCharactersThatAreAWordEachDoesNotGrowAndWhatElseItSaysIsMet() throws BadRule {
        String flood = "㌖".repeat(7_990) + " badword";

        assertThat(FOLD.of(flood).plain().length()).isLessThanOrEqualTo(2 * flood.length());
        assertThat(met(words("badword"), flood)).isEqualTo("badword");
        assertThat(met(words("キロメートル"), "5 ㌖")).isEqualTo("キロメートル");
        assertThat(FOLD.of("가각간".repeat(2_000)).plain()).hasSize(6_000);
    }

    @Test
    void aDomainWithAnAccentIsMetAsWrittenAndInPunycode() throws BadRule {
        Trigger named =
                new Trigger.Links(List.of(Links.domain("bücher.example"), Links.domain("Straße.example")), false);
        Trigger except = new Trigger.Links(List.of(Links.domain("bücher.example")), true);

        for (String link : List.of(
                "http://bücher.example/a", "http://xn--bcher-kva.example", "BÜCHER.example", "http://straße.example")) {
            assertThat(met(named, link)).as(link).isNotNull();
        }
        assertThat(met(except, "http://bücher.example/a http://xn--bcher-kva.example"))
                .isNull();
        assertThat(met(except, "http://other.example")).isEqualTo("other.example");
    }

    @Test
    void tooManyMessagesInAWhileMeetARate() throws BadRule {
        Matching rate = matching(new Trigger.Rate(3, Duration.ofSeconds(10)));

        assertThat(rate.in(new Examined(FOLD, ANN, "a", 0, 1))).isNull();
        assertThat(rate.in(new Examined(FOLD, ANN, "b", 1_000, 2))).isNull();
        assertThat(rate.in(new Examined(FOLD, ANN, "c", 9_999, 3))).isNotNull();
        assertThat(rate.in(new Examined(FOLD, ANN, "d", 20_000, 4))).isNull();
    }
}
