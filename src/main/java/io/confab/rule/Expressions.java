package io.confab.rule;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions that cannot hang (RE2/J: linear time). It unrolls counted repeats when it compiles, and bounds one of them
 * but not one inside another, so what an expression would grow to is reckoned first.
 */
final class Expressions {
    static final int MAX_CHARS = 500;

    private static final int MOST_NESTED = 50;

    private Expressions() {}

    /**
     * @param maxSize steps of the compiled expression, as many as may be alive at each character
     * @throws BadRule when it is none, or too large
     */
    static Pattern compile(String expression, int maxSize) throws BadRule {
        if (expression.length() > MAX_CHARS) {
            throw new BadRule("an expression has at most " + MAX_CHARS + " characters");
        }
        long size = unrolled(expression);
        if (size > 4L * maxSize) {
            throw new BadRule("this expression is too large: its repeats come to about " + size + " steps, at most "
                    + maxSize + " are allowed");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw new BadRule("this is no regular expression in the syntax of RE2: " + e.getMessage());
        }
        if (pattern.programSize() > maxSize) {
            throw new BadRule("this expression is too large: " + pattern.programSize() + " steps, at most " + maxSize
                    + " are allowed");
        }
        return pattern;
    }

    /** Where it is found first; null: nowhere. @throws Exhausted when it took more of the processor than it may */
    static @Nullable String find(Pattern pattern, String text, Budget budget) {
        Matcher matcher = pattern.matcher(new Watched(text, budget));
        return matcher.find() ? text.substring(matcher.start(), matcher.end()) : null;
    }

    /** About how many steps it would be compiled to; never less than a quarter of what it is. */
    private static long unrolled(String e) throws BadRule {
        var outer = new ArrayDeque<Long>();
        long sum = 0;
        long last = 0;
        for (int i = 0; i < e.length(); i++) {
            char c = e.charAt(i);
            long times = c == '{' ? counted(e, i) : 0;
            if (c == '(') {
                outer.push(sum);
                sum = 0;
                last = 0;
                if (outer.size() > MOST_NESTED) {
                    throw new BadRule("an expression has at most " + MOST_NESTED + " groups inside each other");
                }
            } else if (c == ')' && !outer.isEmpty()) {
                last = sum + 2;
                sum = grown(outer.pop(), last);
            } else if (times > 0) {
                sum = grown(sum - last, saturated(last, times));
                last = saturated(last, times);
                i = e.indexOf('}', i);
            } else if (c == '*' || c == '+' || c == '?') {
                last = grown(last, 1);
                sum = grown(sum, 1);
            } else {
                int end = endOfAtom(e, i);
                sum = grown(sum, e.startsWith("\\Q", i) ? end - i : 1);
                last = 1;
                i = end;
            }
        }
        while (!outer.isEmpty()) {
            sum = grown(sum, outer.pop());
        }
        return sum;
    }

    /** Of what begins here, the last character. */
    private static int endOfAtom(String e, int i) {
        if (e.startsWith("\\Q", i)) {
            int end = e.indexOf("\\E", i);
            return end < 0 ? e.length() : end + 1;
        }
        if (e.charAt(i) == '[') {
            return endOfClass(e, i);
        }
        if (e.charAt(i) != '\\') {
            return i;
        }
        boolean named = i + 2 < e.length() && "pPx".indexOf(e.charAt(i + 1)) >= 0 && e.charAt(i + 2) == '{';
        return named && e.indexOf('}', i) > 0 ? e.indexOf('}', i) : i + 1;
    }

    private static long grown(long a, long b) {
        return Math.min(a + b, Integer.MAX_VALUE);
    }

    private static long saturated(long size, long times) {
        return Math.min(size * times, Integer.MAX_VALUE);
    }

    /** The larger number of a {@code {n,m}} that begins here; 0: none does. */
    private static long counted(String e, int open) {
        int close = e.indexOf('}', open);
        if (close < 0 || close - open > 12) {
            return 0;
        }
        String inside = e.substring(open + 1, close);
        if (!inside.matches("\\d{1,5}(,\\d{0,5})?")) {
            return 0;
        }
        long most = 1;
        for (String number : inside.split(",", -1)) {
            most = Math.max(most, number.isEmpty() ? 1 : Long.parseLong(number));
        }
        return most;
    }

    private static int endOfClass(String e, int open) {
        int i = open + 1;
        if (i < e.length() && e.charAt(i) == '^') {
            i++;
        }
        for (int first = i; i < e.length(); i++) {
            if (e.charAt(i) == '\\') {
                i++;
            } else if (e.charAt(i) == '[' && e.startsWith("[:", i) && e.indexOf(":]", i) > 0) {
                i = e.indexOf(":]", i) + 1;
            } else if (e.charAt(i) == ']' && i > first) {
                return i;
            }
        }
        return e.length();
    }

    /** A text that looks at the clock while it is read. */
    private record Watched(String text, Budget budget) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            budget.step();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
