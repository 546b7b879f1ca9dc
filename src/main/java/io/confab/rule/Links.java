package io.confab.rule;

import java.net.IDN;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The links in a folded text, as far as a rule asks: the domains they lead to. A link has a scheme or begins with {@code www.}; a bare
 * {@code example.org} is named, and found by rules that name it. Linear in the text; pure.
 */
final class Links {
    private static final String BESIDE = " <>()[]{}\"'«»,;";
    private static final Pattern DOMAIN =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}-]{1,63}(\\.[\\p{L}\\p{M}\\p{N}-]{1,63})+");
    private static final Pattern ASCII = Pattern.compile("\\p{ASCII}*");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}-]{2,63}");
    /** Names that are made readable in one text: what one of them costs is many times what it is long. */
    static final int MOST_READ = 200;

    private final Fold fold;
    private final Set<Found> found = new LinkedHashSet<>();
    private int read;

    private Links(Fold fold) {
        this.fold = fold;
    }

    /** @param linked a client would make a link of it */
    record Found(String domain, boolean linked) {}

    /** The domains that a rule names, each with all below it. @param labels most that one of them has */
    record Domains(Set<String> names, int labels) {
        static Domains of(List<String> domains, Fold fold) {
            Set<String> names = domains.stream()
                    .flatMap(domain -> Stream.of(compared(domain, fold), encoded(domain)))
                    .collect(Collectors.toUnmodifiableSet());
            return new Domains(
                    names,
                    names.stream()
                            .mapToInt(name -> Math.toIntExact(
                                    name.chars().filter(c -> c == '.').count() + 1))
                            .max()
                            .orElse(0));
        }

        boolean isEmpty() {
            return names.isEmpty();
        }

        /** Looks it up from its end on, a label at a time: as many names as there may be cost no more than one. */
        boolean hold(String host) {
            int from = host.length();
            for (int i = 0; i < labels && from > 0; i++) {
                from = host.lastIndexOf('.', from - 1);
                if (names.contains(host.substring(from + 1))) {
                    return true;
                }
            }
            return false;
        }
    }

    static Set<Found> in(String folded, Fold fold) {
        var links = new Links(fold);
        var words = new StringTokenizer(folded.replace('\u3002', '.'), BESIDE);
        while (words.hasMoreTokens()) {
            links.word(words.nextToken());
        }
        return links.found;
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

    private void word(String word) {
        int scheme = word.indexOf("://");
        if (scheme < 0) {
            String host = host(word, 0);
            if (DOMAIN.matcher(host).matches()
                    && NAME.matcher(host.substring(host.lastIndexOf('.') + 1)).matches()) {
                found.add(new Found(host, host.startsWith("www.")));
            }
            return;
        }
        for (; scheme >= 0; scheme = word.indexOf("://", scheme + 3)) {
            String host = host(word, scheme + 3);
            if (!host.isEmpty()) {
                found.add(new Found(host, true));
            }
        }
    }

    /** What stands before the path, without who signs in there and at which port. */
    private String host(String word, int start) {
        int end = start;
        int from = start;
        for (; end < word.length() && "/?#\\".indexOf(word.charAt(end)) < 0; end++) {
            if (word.charAt(end) == '@') {
                from = end + 1;
            }
        }
        String place = unescaped(word.substring(from, Math.min(end, from + 3 * RuleDocument.MAX_DOMAIN_CHARS)));
        int port = place.indexOf(':');
        place = port < 0 ? place : place.substring(0, port);
        while (place.endsWith(".") || place.endsWith("!")) {
            place = place.substring(0, place.length() - 1);
        }
        boolean plain = !place.contains("xn--") && ASCII.matcher(place).matches(); // and folded already, as the text is
        return plain || read++ >= MOST_READ ? place : compared(place, fold);
    }

    /** With its {@code %hh} read, as a browser reads them in a host. */
    private static String unescaped(String place) {
        if (place.indexOf('%') < 0) {
            return place;
        }
        try {
            return URLDecoder.decode(place.replace("+", "%2b"), StandardCharsets.UTF_8)
                    .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) { // no escape, so no browser finds a host there either
            return place;
        }
    }

    /** As it stands in a text whose names are not made readable any more. */
    private static String encoded(String domain) {
        try {
            return IDN.toASCII(domain);
        } catch (IllegalArgumentException e) {
            return domain;
        }
    }

    private static String readable(String host) {
        try {
            return host.contains("xn--") ? IDN.toUnicode(host).toLowerCase(Locale.ROOT) : host;
        } catch (IllegalArgumentException e) {
            return host;
        }
    }
}
