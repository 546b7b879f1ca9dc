package io.confab.rule;

import java.time.Duration;
import java.util.List;

/** What a rule meets. Of an edit only what its text says; rates and repeats count messages. */
public sealed interface Trigger {
    /** Most messages that are counted, most distinct names of a message. */
    int MOST_TIMES = 100;

    int MOST_NAMES = 50;
    Duration LONGEST = Duration.ofHours(1);

    /** Its word in the API and in the document. */
    String kind();

    /** How far back it looks at other messages. */
    default Duration within() {
        return Duration.ZERO;
    }

    /** @param whole only as whole words; false: inside longer ones too */
    record Words(List<String> words, boolean whole) implements Trigger {
        public Words {
            words = List.copyOf(words);
        }

        @Override
        public String kind() {
            return "words";
        }
    }

    /** In the syntax of RE2, found anywhere in the folded text, whatever the case. */
    record Expression(String expression) implements Trigger {
        @Override
        public String kind() {
            return "expression";
        }
    }

    /**
     * Links to these domains and all below them; none named: any link.
     *
     * @param except links to any other domain than these
     */
    record Links(List<String> domains, boolean except) implements Trigger {
        public Links {
            domains = List.copyOf(domains);
        }

        @Override
        public String kind() {
            return "links";
        }
    }

    /** So many different names after an {@code @} in one message. */
    record Mentions(int atLeast) implements Trigger {
        @Override
        public String kind() {
            return "mentions";
        }
    }

    /** The same text, folded, so many times within a while, by one person in any rooms; counted by each node for itself. */
    record Repeats(int times, Duration within) implements Trigger {
        @Override
        public String kind() {
            return "repeats";
        }
    }

    /** So many messages within a while, likewise. */
    record Rate(int times, Duration within) implements Trigger {
        @Override
        public String kind() {
            return "rate";
        }
    }

    /** Every message: for limits of new accounts. */
    record Any() implements Trigger {
        @Override
        public String kind() {
            return "any";
        }
    }
}
