package io.confab.rule;

import java.net.IDN;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/**
 * The links in a folded text, as far as a rule asks: the domains they lead to. A link has a scheme or begins with {@code www.}; a bare
 * {@code example.org} is named, and found by rules that name it. Linear in the text; pure.
 */
final class Links {
    private static final String BESIDE = " <>()[]{}\"'«»,;";
    private static final Pattern DOMAIN =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}-]{1,63}(\\.[\\p{L}\\p{M}\\p{N}-]{1,63})+");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}-]{2,63}");
    private static final int MOST = 200;

    private Links() {}

    /** @param linked a client would make a link of it */
    record Found(String domain, boolean linked) {}

    /** At most {@value #MOST} of them. */
    static Set<Found> in(String folded, Fold fold) {
        var found = new LinkedHashSet<Found>();
        var words = new StringTokenizer(folded.replace('\u3002', '.'), BESIDE);
        while (words.hasMoreTokens() && found.size() < MOST) {
            word(words.nextToken(), fold, found);
        }
        return found;
    }

    /** As domains of links are compared. @throws BadRule when it is none */
    static String domain(String text) throws BadRule {
        String domain = text.strip().toLowerCase(Locale.ROOT);
        domain = readable(domain.startsWith("*.") ? domain.substring(2) : domain);
        if (domain.length() > RuleDocument.MAX_DOMAIN_CHARS
                || !DOMAIN.matcher(domain).matches()) {
            throw new BadRule("each of 'domains' must be a domain such as example.org");
        }
        return domain;
    }

    /** A domain as it is met in folded texts: without accents, as those are. */
    static String compared(String domain, Fold fold) {
        return fold.word(readable(domain));
    }

    static boolean isBelow(String domain, String above) {
        return domain.endsWith(above)
                && (domain.length() == above.length() || domain.charAt(domain.length() - above.length() - 1) == '.');
    }

    private static void word(String word, Fold fold, Set<Found> found) {
        int scheme = word.indexOf("://");
        if (scheme < 0) {
            String host = host(word, 0, fold);
            if (DOMAIN.matcher(host).matches()
                    && NAME.matcher(host.substring(host.lastIndexOf('.') + 1)).matches()) {
                found.add(new Found(host, host.startsWith("www.")));
            }
            return;
        }
        for (; scheme >= 0 && found.size() < MOST; scheme = word.indexOf("://", scheme + 3)) {
            String host = host(word, scheme + 3, fold);
            if (!host.isEmpty()) {
                found.add(new Found(host, true));
            }
        }
    }

    /** What stands before the path, without who signs in there and at which port. */
    private static String host(String word, int start, Fold fold) {
        int end = start;
        while (end < word.length() && "/?#\\".indexOf(word.charAt(end)) < 0) {
            end++;
        }
        String place = word.substring(start, Math.min(end, start + RuleDocument.MAX_DOMAIN_CHARS + 300));
        place = place.substring(place.lastIndexOf('@') + 1);
        int port = place.indexOf(':');
        place = port < 0 ? place : place.substring(0, port);
        while (place.endsWith(".") || place.endsWith("!")) {
            place = place.substring(0, place.length() - 1);
        }
        return place.contains("xn--") ? compared(place, fold) : place; // else it is folded already
    }

    private static String readable(String host) {
        try {
            return host.contains("xn--") ? IDN.toUnicode(host).toLowerCase(Locale.ROOT) : host;
        } catch (IllegalArgumentException e) {
            return host;
        }
    }
}
