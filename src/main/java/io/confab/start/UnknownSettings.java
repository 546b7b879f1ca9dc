package io.confab.start;

import io.confab.kernel.Setting;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names that look like settings of Confab and are none, each with the setting that was probably meant. Immutable. */
final class UnknownSettings {
    private static final String PREFIX = "confab.";
    private static final String VARIABLE_PREFIX = "CONFAB_";
    private static final int MOST_TYPOS = 3;
    /** Read by the files of server-config, not by the WAR. */
    private static final Set<String> OF_THE_LAUNCHER = Set.of("confab.http.address", "CONFAB_JAVA_OPTS");

    private final LevenshteinDistance distance = new LevenshteinDistance(MOST_TYPOS);
    private final List<String> keys;
    private final List<String> variables;

    UnknownSettings(Collection<Setting> known) {
        this.keys = known.stream().map(Setting::key).toList();
        this.variables = known.stream().map(Setting::variable).toList();
    }

    /** One sentence for each; never with a value, which may be a secret. */
    List<String> among(Iterable<String> names) {
        return StreamSupport.stream(names.spliterator(), false)
                .filter(name -> !OF_THE_LAUNCHER.contains(name))
                .flatMap(name -> Stream.concat(unless(keys, PREFIX, name), unless(variables, VARIABLE_PREFIX, name)))
                .sorted()
                .toList();
    }

    private Stream<String> unless(List<String> known, String prefix, String name) {
        return name.startsWith(prefix) && !known.contains(name)
                ? Stream.of("setting " + name + " is unknown and has no effect"
                        + nearest(known, name)
                                .map(key -> "; did you mean " + key + "?")
                                .orElse(""))
                : Stream.empty();
    }

    private Optional<String> nearest(List<String> known, String name) {
        return known.stream()
                .filter(key -> distance.apply(key, name) >= 0) // -1: further apart than the threshold
                .min(Comparator.comparing(key -> distance.apply(key, name)));
    }
}
