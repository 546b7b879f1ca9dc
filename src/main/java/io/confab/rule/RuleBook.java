package io.confab.rule;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All rules that are matched, made ready. Immutable but for how often each has failed; thread-safe. */
final class RuleBook {
    /** No rules. */
    static final RuleBook EMPTY = new RuleBook(List.of(), List.of(), Duration.ZERO);

    private static final System.Logger LOG = System.getLogger(RuleBook.class.getName());
    private static final int MOST_FAILURES = 3;
    /** One message takes so many times as much as one rule may take of it, however many rules there are. */
    private static final int BUDGETS = 10;

    private static final long FORGIVEN_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int WARM_TIMES = 10;
    private static final String WARM =
            "the first texts that a rule looks at cost more than the next: http://x.example ".repeat(100);

    private final List<Live> rules;
    private final List<Unfit> unfit;
    private final Duration budget;

    private RuleBook(List<Live> rules, List<Unfit> unfit, Duration budget) {
        this.rules = rules.stream().sorted(Comparator.comparingInt(Live::turn)).toList();
        this.unfit = List.copyOf(unfit);
        this.budget = budget;
    }

    private record Unfit(RuleRow row, String why) {}

    private record Live(RuleRow row, Set<RoomId> exemptRooms, Matching matching, Failures failures) {
        /** What only watches comes last, and before that what a text can make slow: it holds up nothing that counts more. */
        int turn() {
            boolean mayBeSlow = row.definition().trigger() instanceof Trigger.Expression;
            return (row.mode() == RuleMode.ON ? 0 : 2) + (mayBeSlow ? 1 : 0);
        }
    }

    /** At whose texts a rule has failed, one soon after the other: nobody by themself switches off what they dislike. */
    private static final class Failures {
        private final Set<UserId> authors = new HashSet<>();
        private long lastNanos;
        private String last = "";

        synchronized String why() {
            return "at texts of " + MOST_FAILURES + " people within a minute or so: " + last;
        }

        /** Whether it goes down by this one. */
        synchronized boolean another(UserId author, String what) {
            long now = System.nanoTime();
            if (tooMany() || (authors.contains(author) && !isForgiven(now))) {
                return false;
            }
            if (isForgiven(now)) {
                authors.clear();
            }
            authors.add(author);
            lastNanos = now;
            last = what;
            return tooMany();
        }

        private boolean isForgiven(long now) {
            return !authors.isEmpty() && now - lastNanos > FORGIVEN_NANOS;
        }

        synchronized boolean tooMany() {
            return authors.size() >= MOST_FAILURES;
        }
    }

    /** Told when a rule has failed so often that it goes down. */
    interface Trouble {
        void in(RuleRow rule, String what);
    }

    /** @param before of it, what has not changed goes on with how often it has failed */
    static RuleBook of(
            List<RuleRow> rows, RuleBook before, Fold fold, Tallies tallies, RuleSettings settings, Trouble trouble) {
        var rules = new ArrayList<Live>();
        var unfit = new ArrayList<Unfit>();
        for (RuleRow row : rows) {
            if (row.mode() != RuleMode.OFF) {
                try {
                    Live known = before.find(row);
                    rules.add(known == null ? ready(row, fold, tallies, settings) : known);
                } catch (BadRule e) { // bounds were narrower when it was made, or another node has others
                    LOG.log(Level.WARNING, "rule {0} cannot be matched: {1}", row.id(), e.reason());
                    unfit.add(new Unfit(row, e.reason()));
                    trouble.in(row, e.reason());
                }
            }
        }
        return new RuleBook(rules, unfit, settings.budget());
    }

    private @Nullable Live find(RuleRow row) {
        return rules.stream().filter(live -> live.row().equals(row)).findFirst().orElse(null);
    }

    private static Live ready(RuleRow row, Fold fold, Tallies tallies, RuleSettings settings) throws BadRule {
        var matching = Matching.of(row.id(), row.definition().trigger(), fold, tallies, settings);
        warm(matching, fold);
        return new Live(row, Set.copyOf(row.definition().exemptRooms()), matching, new Failures());
    }

    /** So that no message pays for the classes that are loaded; what it says is nobody's business. */
    private static void warm(Matching matching, Fold fold) {
        try {
            int times = 1;
            while (tooSlow(matching, fold) && times < WARM_TIMES) {
                times++;
            }
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "a rule failed when it was tried: {0}", e.getMessage());
        }
    }

    private static boolean tooSlow(Matching matching, Fold fold) {
        try {
            matching.in(new Examined(fold, UserId.SERVER, WARM, 0, 0));
            return false;
        } catch (Budget.Exhausted e) {
            return true;
        }
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    int size() {
        return rules.size();
    }

    /** Rules for which no time is left let the message pass, and are not to blame. */
    List<Judgement.Met> met(Examined message, RoomId room, Trouble trouble) {
        List<Judgement.Met> met = List.of();
        var all = new Budget(budget.multipliedBy(BUDGETS));
        for (Live rule : rules) {
            if (all.isOver()) {
                trouble.in(rule.row(), "");
                continue;
            }
            String found = rule.exemptRooms().contains(room) ? null : found(rule, message, trouble);
            if (found != null) {
                if (met.isEmpty()) {
                    met = new ArrayList<>();
                }
                met.add(new Judgement.Met(rule.row(), found));
            }
        }
        return met;
    }

    /** Those that are matched no more, though the database has them as they were: nobody could say so when they fell. */
    void fallen(Trouble trouble) {
        unfit.forEach(rule -> trouble.in(rule.row(), rule.why()));
        rules.stream()
                .filter(rule -> rule.failures().tooMany())
                .forEach(rule -> trouble.in(rule.row(), rule.failures().why()));
    }

    /** A rule that fails lets the message pass, and after a few people's goes down: it never stops what it does not match. */
    private static @Nullable String found(Live rule, Examined message, Trouble trouble) {
        if (rule.failures().tooMany()) {
            return null;
        }
        try {
            return rule.matching().in(message);
        } catch (RuntimeException | StackOverflowError e) {
            boolean fell = rule.failures().another(message.by, String.valueOf(e.getMessage()));
            trouble.in(rule.row(), fell ? rule.failures().why() : "");
            return null;
        }
    }
}
