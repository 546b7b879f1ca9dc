package io.confab.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Inject;
import jakarta.persistence.Entity;

/** What may stand where, one rule each; {@code root} is {@code io.confab}, or a fixture of the same shape. */
final class Rules {
    private static final String POOR_NAMES = ".*(Manager|Service|Impl|Util|Utils|Helper|DTO|Dto)";
    private static final DescribedPredicate<JavaClass> A_CLOCK = DescribedPredicate.describe(
            "a clock",
            type -> type.isEquivalentTo(System.class) || type.getPackageName().equals("java.time"));

    private Rules() {}

    static ArchRule noCycles(String root) {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);
    }

    static ArchRule coreIsPureJava(String root) {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".kernel..", root + ".room..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..", "javax..", "org.eclipse..", "org.glassfish..")
                .allowEmptyShould(true);
    }

    static ArchRule jmsOnlyInFanout(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".fanout..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.jms..", "org.apache.activemq..")
                .allowEmptyShould(true);
    }

    static ArchRule webSocketOnlyAtTheDoor(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackages(root + ".gateway..", root + ".delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.websocket..")
                .allowEmptyShould(true);
    }

    static ArchRule noImplementationOfAServer(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.glassfish..", "fish.payara..", "com.sun..")
                .allowEmptyShould(true);
    }

    /** Else Confab would not start on a server that brings no OpenTelemetry: beans.xml leaves out this one class there. */
    static ArchRule telemetryOnlyWhereItMayBeMissing(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .haveNameNotMatching(".*\\.trace\\.OtelSpans(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .allowEmptyShould(true);
    }

    /** Who sends commands in its name has the rights of a global moderator and needs no sign-in (docs/adr/0065). */
    static ArchRule onlyModerationActsAsTheServer(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(root + ".moderation..", root + ".log..")
                .should()
                .callMethodWhere(
                        target(nameMatching("byServer")).and(target(owner(nameMatching(".*\\.RoomLog\\$Submission")))))
                .as("only moderation sends commands as the server")
                .allowEmptyShould(true);
    }

    static ArchRule staticFieldsAreFinal() {
        return fields().that().areStatic().should().beFinal().allowEmptyShould(true);
    }

    static ArchRule noClockButTheInjectedOne(String root) {
        return noClasses()
                .that()
                .doNotHaveFullyQualifiedName(root + ".ops.Environment")
                .should()
                .callMethodWhere(target(owner(are(A_CLOCK)))
                        .and(target(nameMatching("now|currentTimeMillis|systemUTC|systemDefaultZone"))))
                .as("time comes from the injected Clock (System.nanoTime may measure a duration)")
                .allowEmptyShould(true);
    }

    static ArchRule namesSayWhatAThingIs() {
        return noClasses().should().haveNameMatching(POOR_NAMES).allowEmptyShould(true);
    }

    static ArchRule entitiesArePackagePrivate() {
        return classes()
                .that()
                .areAnnotatedWith(Entity.class)
                .should()
                .bePackagePrivate()
                .allowEmptyShould(true);
    }

    static ArchRule fieldsAreNotInjected(String root) {
        return noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage(root + ".admin..")
                .should()
                .beAnnotatedWith(Inject.class)
                .allowEmptyShould(true);
    }

    static ArchRule proxiedBeansHaveAnEmptyConstructor() {
        return classes()
                .that()
                .areAnnotatedWith(ApplicationScoped.class)
                .or()
                .areAnnotatedWith(RequestScoped.class)
                .or()
                .areAnnotatedWith(SessionScoped.class)
                .should(haveAnEmptyConstructor())
                .allowEmptyShould(true);
    }

    private static ArchCondition<JavaClass> haveAnEmptyConstructor() {
        return new ArchCondition<>("have a constructor without parameters that is not private (WELD-001435)") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean satisfied = type.getConstructors().stream()
                        .anyMatch(constructor ->
                                constructor.getRawParameterTypes().isEmpty()
                                        && !constructor.getModifiers().contains(JavaModifier.PRIVATE));
                events.add(new SimpleConditionEvent(type, satisfied, type.getName() + " cannot be proxied"));
            }
        };
    }
}
