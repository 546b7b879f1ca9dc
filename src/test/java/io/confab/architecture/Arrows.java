package io.confab.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which package may import which: a table, and the rule that it makes for each of them. */
final class Arrows {
    /** From a package to those it may import; what stands nowhere here is no package of Confab. */
    static final Map<String, Set<String>> ALLOWED = table();

    private Arrows() {}

    private static Map<String, Set<String>> table() {
        var allowed = new LinkedHashMap<String, Set<String>>();
        allowed.put("kernel", Set.of());
        allowed.put("room", Set.of("kernel"));
        allowed.put("wire", Set.of("kernel", "room"));
        allowed.put("store", Set.of("kernel"));
        allowed.put("trace", Set.of("kernel"));
        allowed.put("log", Set.of("kernel", "room", "store", "trace"));
        allowed.put("work", Set.of("kernel", "store"));
        allowed.put("audit", Set.of("kernel", "store"));
        allowed.put("identity", Set.of("kernel", "store", "audit"));
        allowed.put("directory", Set.of("kernel", "room", "store", "log"));
        allowed.put("moderation", Set.of("kernel", "room", "store", "log", "audit", "identity", "directory"));
        allowed.put("search", Set.of("kernel", "room", "store", "log", "work"));
        allowed.put("notice", Set.of("kernel", "store"));
        allowed.put(
                "report",
                Set.of(
                        "kernel",
                        "room",
                        "store",
                        "log",
                        "work",
                        "audit",
                        "identity",
                        "directory",
                        "moderation",
                        "notice",
                        "job"));
        allowed.put("job", Set.of("kernel", "room", "store", "log", "work", "audit", "identity", "moderation"));
        allowed.put("rule", Set.of("kernel", "room", "store", "log", "audit", "identity", "moderation", "report"));
        allowed.put("presence", Set.of("kernel"));
        allowed.put("delivery", Set.of("kernel", "room", "wire", "log", "trace"));
        allowed.put("badge", Set.of("kernel", "room", "log", "delivery"));
        allowed.put(
                "fanout",
                Set.of("kernel", "room", "wire", "store", "log", "identity", "delivery", "presence", "badge", "trace"));
        allowed.put("ops", allBut("node", "gateway", "admin", "start"));
        allowed.put("node", allBut("gateway", "admin", "start"));
        allowed.put("gateway", allBut("admin", "start"));
        allowed.put("admin", allBut("gateway", "fanout", "start"));
        allowed.put("start", allBut("start"));
        return allowed;
    }

    private static Set<String> allBut(String... excluded) {
        var all = new TreeSet<>(Set.of(
                "kernel",
                "room",
                "wire",
                "store",
                "trace",
                "log",
                "work",
                "audit",
                "identity",
                "directory",
                "moderation",
                "search",
                "notice",
                "report",
                "job",
                "rule",
                "presence",
                "delivery",
                "badge",
                "fanout",
                "ops",
                "node",
                "gateway",
                "admin",
                "start"));
        Stream.of(excluded).forEach(all::remove);
        return all;
    }

    /** @param root the package that holds the features: {@code io.confab}, or a fixture of the same shape */
    static ArchRule rule(String root, String feature) {
        String[] mayUse = Stream.concat(Stream.of(feature), ALLOWED.get(feature).stream())
                .map(name -> root + "." + name + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(root + "." + feature + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(resideOutsideOfPackages(mayUse)))
                .as(feature + " imports only " + new TreeSet<>(ALLOWED.get(feature)))
                .allowEmptyShould(true);
    }
}
