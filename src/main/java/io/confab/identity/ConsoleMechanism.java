package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The console's mechanism: who signed in with the form at {@code /admin/signin} is kept in the HTTP session, and asked of
 * the database at each request, so a revoked sign-in, a suspension or a lost role ends it at once. The container's groups
 * are the global role's word.
 */
@ApplicationScoped
public class ConsoleMechanism implements HttpAuthenticationMechanism {
    private ConsoleSignIns signIns;

    @SuppressWarnings("NullAway.Init")
    protected ConsoleMechanism() {} // for the CDI proxy

    @Inject
    public ConsoleMechanism(ConsoleSignIns signIns) {
        this.signIns = signIns;
    }

    /** Who a console session belongs to, kept in it under {@link #ATTRIBUTE}. */
    public record SignedIn(String userId, String signInId, Instant at) implements Serializable {
        public static final String ATTRIBUTE = SignedIn.class.getName();
        private static final long serialVersionUID = 1L;

        public UserId user() {
            return new UserId(userId);
        }

        public SignInId signIn() {
            return new SignInId(signInId);
        }
    }

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(SignedIn.ATTRIBUTE) instanceof SignedIn signedIn)) {
            return context.doNothing();
        }
        Optional<ConsoleSignIns.Found> found = signIns.look(signedIn.user(), signedIn.signIn());
        found.ifPresent(seen -> request.setAttribute(ConsoleSignIns.Found.ATTRIBUTE, seen));
        return found.map(ConsoleSignIns.Found::person)
                .filter(ConsoleSignIns.Person::isStaff)
                .map(person -> person.account().role())
                .map(role -> context.notifyContainerAboutLogin(signedIn.userId(), Set.of(role.word())))
                .orElseGet(context::doNothing);
    }
}
