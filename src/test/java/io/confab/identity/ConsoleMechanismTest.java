package io.confab.identity;

import static io.confab.identity.IdentityNode.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.ConsoleMechanism.SignedIn;
import io.confab.kernel.GlobalRole;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom the container is told of when a console page is asked for. */
class ConsoleMechanismTest {
    private static final Duration LONG_AGO = Duration.ofDays(1);
    private IdentityNode node;
    /** What the console's filter gets with the request. */
    private ConsoleSignIns.@Nullable Found found;

    @BeforeEach
    void startNode() {
        node = new IdentityNode("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    @Test
    void staffAreToldWithTheirRole() {
        SignIns.Session session = node.login(node.person(GlobalRole.AUDITOR));

        assertThat(groupsOf(session)).containsExactly("auditor");
    }

    @Test
    void whoIsNotStaffIsNotTold() {
        assertThat(groupsOf(node.login(node.person()))).isEmpty();
    }

    @Test
    void whatWasFoundGoesOnWithTheRequestSoThatTheFilterAsksNoMore() {
        Account admin = node.person(GlobalRole.ADMIN);
        SignIns.Session session = node.login(node.person());

        groupsOf(session);

        assertThat(found)
                .isNotNull()
                .satisfies(seen -> assertThat(seen.isOf(session.user().id(), session.signIn()))
                        .isTrue());
        done(node.acts.suspend(node.actor(admin), session.user().id(), null, "a test"));
        groupsOf(session);
        assertThat(found).isNull();
    }

    @Test
    void signInThatEndedIsNotToldHoweverLongAgoThatWas() {
        SignIns.Session session = node.login(node.person(GlobalRole.MODERATOR));
        done(node.signIns.end(session.user().id(), session.signIn()));
        node.sql(
                "update sign_in set ended_at = ended_at - ? where id = ?",
                LONG_AGO.toMillis(),
                session.signIn().value());

        assertThat(groupsOf(session)).isEmpty();
    }

    @Test
    void suspensionAndLossOfTheRoleEndAnOldSession() {
        Account admin = node.person(GlobalRole.ADMIN);
        SignIns.Session suspended = oldSession();
        SignIns.Session demoted = oldSession();
        assertThat(groupsOf(suspended)).containsExactly("moderator");

        done(node.acts.suspend(node.actor(admin), suspended.user().id(), null, "a test"));
        done(node.acts.setRole(node.actor(admin), demoted.user().id(), GlobalRole.USER, "a test"));

        assertThat(groupsOf(suspended)).isEmpty();
        assertThat(groupsOf(demoted)).isEmpty();
    }

    private SignIns.Session oldSession() {
        SignIns.Session session = node.login(node.person(GlobalRole.MODERATOR));
        node.sql(
                "update sign_in set created_at = created_at - ?, used_at = used_at - ? where id = ?",
                LONG_AGO.toMillis(),
                LONG_AGO.toMillis(),
                session.signIn().value());
        return session;
    }

    /** Empty: the container is told of nobody. */
    private Set<String> groupsOf(SignIns.Session session) {
        var signedIn =
                new SignedIn(session.user().id().value(), session.signIn().value(), node.clock.instant());
        var told = new Object() {
            Set<String> groups = Set.of();
            ConsoleSignIns.@Nullable Found found;
        };
        var http = fake(HttpSession.class, (proxy, method, arguments) -> signedIn);
        var request = fake(HttpServletRequest.class, (proxy, method, arguments) -> {
            if (method.getName().equals("setAttribute")) {
                told.found = (ConsoleSignIns.Found) arguments[1];
                return null;
            }
            return http;
        });
        var context = fake(HttpMessageContext.class, (proxy, method, arguments) -> {
            if (method.getName().equals("notifyContainerAboutLogin")) {
                told.groups = groups(arguments[1]);
            }
            return AuthenticationStatus.SUCCESS;
        });
        new ConsoleMechanism(node.console)
                .validateRequest(request, fake(HttpServletResponse.class, (p, m, a) -> null), context);
        found = told.found;
        return told.groups;
    }

    @SuppressWarnings("unchecked") // as the interface declares it
    private static Set<String> groups(Object argument) {
        return (Set<String>) argument;
    }

    private static <T> T fake(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
