package io.confab.admin;

import io.confab.rule.RuleAct;
import io.confab.rule.RuleDefinition;
import io.confab.rule.RuleHit;
import io.confab.rule.RuleMode;
import io.confab.rule.Tried;
import io.confab.rule.Trigger;
import java.time.Duration;

/** What a rule is, in words for staff. */
final class RuleWords {
    private static final int SHOWN = 5;

    private RuleWords() {}

    static String kind(String kind) {
        return switch (kind) {
            case "words" -> "Words and phrases";
            case "expression" -> "Regular expression";
            case "links" -> "Links";
            case "mentions" -> "Many mentions";
            case "repeats" -> "Repeats";
            case "rate" -> "Too many messages";
            default -> "Every message";
        };
    }

    static String meets(Trigger trigger) {
        return switch (trigger) {
            case Trigger.Words words -> {
                int more = words.words().size() - SHOWN;
                String some = String.join(
                        ", ",
                        words.words().subList(0, Math.min(SHOWN, words.words().size())));
                yield some + (more > 0 ? " and " + more + " more" : "") + (words.whole() ? "" : ", inside words too");
            }
            case Trigger.Expression expression -> expression.expression();
            case Trigger.Links links ->
                links.domains().isEmpty()
                        ? "any link"
                        : (links.except() ? "links to all but " : "links to ")
                                + String.join(
                                        ", ",
                                        links.domains()
                                                .subList(
                                                        0,
                                                        Math.min(
                                                                SHOWN,
                                                                links.domains().size())))
                                + (links.domains().size() > SHOWN
                                        ? " and " + (links.domains().size() - SHOWN) + " more"
                                        : "");
            case Trigger.Mentions mentions -> mentions.atLeast() + " names or more in one message";
            case Trigger.Repeats repeats ->
                "the same text " + repeats.times() + " times within " + lasts(repeats.within());
            case Trigger.Rate rate -> rate.times() + " messages within " + lasts(rate.within());
            case Trigger.Any ignored -> "whatever is written";
        };
    }

    static String does(RuleDefinition rule) {
        return switch (rule.act()) {
            case ALERT -> "lets it stand, and puts it into the queue";
            case HIDE -> "hides it until somebody has looked";
            case BLOCK -> "refuses it";
            case MUTE -> "refuses it, and mutes its author for " + lasts(rule.muteFor());
        };
    }

    static String title(RuleAct act) {
        return switch (act) {
            case ALERT -> "Let it stand, and put it into the queue";
            case HIDE -> "Hide it until somebody has looked";
            case BLOCK -> "Refuse it";
            case MUTE -> "Refuse it, and mute its author in that room";
        };
    }

    static String tried(String kind, Tried tried) {
        if (tried.late()) {
            return "It takes longer than a rule may: the message would pass.";
        }
        if (tried.meets()) {
            return tried.met().isEmpty() ? "It meets this text." : "It meets this text: " + tried.met();
        }
        boolean counts = kind.equals("repeats") || kind.equals("rate");
        return counts ? "It meets no text by itself: it counts messages." : "It does not meet this text.";
    }

    static String tone(RuleMode mode) {
        return switch (mode) {
            case ON -> "good";
            case WATCH -> "warn";
            case OFF -> "";
        };
    }

    static String mode(RuleMode mode) {
        return switch (mode) {
            case ON -> "on";
            case WATCH -> "only watches";
            case OFF -> "off";
        };
    }

    static String outcome(RuleHit.Outcome outcome) {
        return switch (outcome) {
            case NOTED -> "nothing was done";
            case ALERTED -> "put into the queue";
            case HIDDEN -> "hidden";
            case BLOCKED -> "refused";
            case MUTED -> "refused, author muted";
        };
    }

    static String lasts(Duration time) {
        long s = time.toSeconds();
        if (s % 86_400 == 0 && s > 0) {
            return counted(s / 86_400, "day");
        }
        if (s % 3_600 == 0 && s > 0) {
            return counted(s / 3_600, "hour");
        }
        return s % 60 == 0 && s > 0 ? counted(s / 60, "minute") : counted(s, "second");
    }

    private static String counted(long number, String of) {
        return number + " " + of + (number == 1 ? "" : "s");
    }
}
