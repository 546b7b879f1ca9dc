package io.confab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final String ROOT = "io.confab";
    private static final String FIXTURE = "io.confab.architecture.fixture";
    private static final JavaClasses CONFAB = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    private static final JavaClasses WRONG = new ClassFileImporter().importPackages(FIXTURE);

    @TestFactory
    Stream<DynamicTest> packagesImportOnlyWhatTheTableAllows() {
        return Arrows.ALLOWED.keySet().stream()
                .map(feature -> DynamicTest.dynamicTest(
                        feature, () -> Arrows.rule(ROOT, feature).check(CONFAB)));
    }

    @TestFactory
    Stream<DynamicTest> everythingStandsWhereItMay() {
        return rules(ROOT).map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(CONFAB)));
    }

    @Test
    void everyPackageStandsInTheTable() {
        Set<String> features = CONFAB.stream()
                .map(type -> type.getPackageName().substring(ROOT.length() + 1).split("\\.")[0])
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(features).isNotEmpty().isSubsetOf(Arrows.ALLOWED.keySet());
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> marked = CONFAB.stream()
                .filter(type -> type.getSimpleName().equals("package-info") && type.isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());

        assertThat(CONFAB.stream().map(JavaClass::getPackageName).distinct()).isSubsetOf(marked);
    }

    @ParameterizedTest
    @MethodSource("rulesThatTheFixtureBreaks")
    void seededMistakeIsSeen(ArchRule rule) {
        assertThatThrownBy(() -> rule.check(WRONG))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(FIXTURE);
    }

    static Stream<ArchRule> rulesThatTheFixtureBreaks() {
        return Stream.of(
                Arrows.rule(FIXTURE, "kernel"),
                Rules.noCycles(FIXTURE),
                Rules.jmsOnlyInFanout(FIXTURE),
                Rules.staticFieldsAreFinal(),
                Rules.noClockButTheInjectedOne(FIXTURE),
                Rules.namesSayWhatAThingIs(),
                Rules.fieldsAreNotInjected(FIXTURE),
                Rules.proxiedBeansHaveAnEmptyConstructor());
    }

    private static Stream<ArchRule> rules(String root) {
        return Stream.of(
                Rules.noCycles(root),
                Rules.coreIsPureJava(root),
                Rules.jmsOnlyInFanout(root),
                Rules.webSocketOnlyAtTheDoor(root),
                Rules.noImplementationOfAServer(root),
                Rules.telemetryOnlyWhereItMayBeMissing(root),
                Rules.onlyModerationActsAsTheServer(root),
                Rules.staticFieldsAreFinal(),
                Rules.noClockButTheInjectedOne(root),
                Rules.namesSayWhatAThingIs(),
                Rules.entitiesArePackagePrivate(),
                Rules.fieldsAreNotInjected(root),
                Rules.proxiedBeansHaveAnEmptyConstructor());
    }
}
