package io.confab.rule;

import com.google.re2j.Pattern;
import io.confab.room.Mentions;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** A trigger made ready. Thread-safe. */
interface Matching {
    /** What it met in the text, in its folded form; null: nothing. Empty where it is no part of the text. */
    @Nullable
    String in(Examined message);

    /** @param rule its id */
    static Matching of(String rule, Trigger trigger, Fold fold, Tallies tallies, RuleSettings settings) throws BadRule {
        return switch (trigger) {
            case Trigger.Words words -> words(words, fold);
            case Trigger.Expression expression -> expression(expression, settings);
            case Trigger.Links links -> {
                var domains = Links.Domains.of(links.domains(), fold);
                yield message -> link(domains, links.except(), message);
            }
            case Trigger.Mentions mentions ->
                message -> Mentions.candidates(message.text()).size() >= mentions.atLeast() ? "" : null;
            case Trigger.Repeats repeats ->
                message -> message.message != 0
                                && tallies.reached(
                                        new Tallies.Key(rule, repeats.times(), message.by, message.fingerprint()),
                                        message.atMillis,
                                        message.message,
                                        repeats.within())
                        ? ""
                        : null;
            case Trigger.Rate rate ->
                message -> message.message != 0
                                && tallies.reached(
                                        new Tallies.Key(rule, rate.times(), message.by, 0),
                                        message.atMillis,
                                        message.message,
                                        rate.within())
                        ? ""
                        : null;
            case Trigger.Any ignored -> message -> "";
        };
    }

    private static Matching words(Trigger.Words words, Fold fold) throws BadRule {
        var folded = new ArrayList<String>();
        for (String word : words.words()) {
            String form = fold.word(word);
            if (form.isEmpty()) {
                throw new BadRule("nothing is left to compare of one of 'words'");
            }
            folded.add(form);
        }
        var tree = new WordTree(folded, words.whole());
        return message -> first(message.folded(), tree::find);
    }

    private static Matching expression(Trigger.Expression expression, RuleSettings settings) throws BadRule {
        Pattern pattern = Expressions.compile(expression.expression(), settings.expressionSize());
        Duration budget = settings.budget();
        return message -> first(message.folded(), text -> Expressions.find(pattern, text, new Budget(budget)));
    }

    private static @Nullable String first(Folded folded, Finder finder) {
        String found = finder.find(folded.plain());
        return found != null || folded.bare().equals(folded.plain()) ? found : finder.find(folded.bare());
    }

    /** Finds it in one form of the text. */
    interface Finder {
        @Nullable
        String find(String text);
    }

    private static @Nullable String link(Links.Domains domains, boolean except, Examined message) {
        for (Links.Found link : message.links()) {
            boolean named = domains.hold(link.domain());
            boolean met = (except || domains.isEmpty()) ? link.linked() && !named : named;
            if (met) {
                return link.domain();
            }
        }
        return null;
    }
}
