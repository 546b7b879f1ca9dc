package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.Account;
import io.confab.identity.ClientAddress;
import io.confab.identity.ConsoleMechanism.SignedIn;
import io.confab.identity.IdentitySettings;
import io.confab.identity.TestClock;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.moderation.Reach;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long a console session lives, and what is open to whom. */
class ConsoleFilterTest {
    private static final String PAGE = "page";
    private static final ConsoleSettings SETTINGS = ConsoleSettings.from(new Configuration(key -> Optional.empty()));

    private final TestClock clock = new TestClock();
    private final Map<String, Object> session = new HashMap<>();
    private final Away away = new Away(clock.instant());
    private boolean ended;
    private boolean factorMissing;
    private Reach reach = Reach.ALL;
    private boolean byItself;

    private ConsoleFilter filter() {
        @SuppressWarnings("NullAway") // it asks nobody
        var door = new StaffDoor(null, null, null) {
            @Override
            public Optional<StaffMember> enter(UserId user, SignInId signIn, String address) {
                var account = new Account(user, "ann", "Ann", GlobalRole.MODERATOR, null, null, 1, Instant.EPOCH);
                return Optional.of(new StaffMember(account, signIn, address, reach, factorMissing));
            }
        };
        var identity = IdentitySettings.from(new Configuration(key -> Optional.empty()));
        return new ConsoleFilter(door, new ClientAddress(identity), clock, SETTINGS);
    }

    private void signIn() {
        session.put(SignedIn.ATTRIBUTE, new SignedIn("u_ann", "s_one", clock.instant()));
        session.put(Away.ATTRIBUTE, away);
    }

    /** {@link #PAGE}, or where the answer sends to. */
    private String asks(String method, String path) throws Exception {
        var answer = new Object() {
            String text = "";
        };
        var http = fake(HttpSession.class, (name, arguments) -> switch (name) {
            case "getAttribute" -> session.get((String) arguments[0]);
            case "invalidate" -> {
                ended = true;
                yield true;
            }
            default -> throw new UnsupportedOperationException(name);
        });
        var request = fake(HttpServletRequest.class, (name, arguments) -> switch (name) {
            case "getMethod" -> method;
            case "getRequestURI" -> path;
            case "getRemoteAddr" -> "192.0.2.1";
            case "getHeaders" -> Collections.emptyEnumeration();
            case "getSession" -> http;
            case "getHeader" -> arguments[0].equals("Confab-By-Itself") && byItself ? "true" : null;
            case "getQueryString", "setAttribute", "getAttribute" -> null;
            case "getRequestDispatcher" -> fake(RequestDispatcher.class, (forward, nothing) -> null);
            default -> throw new UnsupportedOperationException(name);
        });
        var response = fake(HttpServletResponse.class, (name, arguments) -> {
            if (name.equals("setHeader") && arguments[0].equals("Location")) {
                answer.text = (String) arguments[1];
            } else if (name.equals("setStatus") && (int) arguments[0] == HttpServletResponse.SC_FORBIDDEN) {
                answer.text = "403";
            }
            return name.equals("isCommitted") ? false : null;
        });
        FilterChain chain = (asked, answered) -> answer.text = PAGE;
        filter().doFilter(request, response, chain);
        return answer.text;
    }

    @Test
    void sessionEndsWhenNothingWasAskedForSoLong() throws Exception {
        signIn();
        clock.advance(SETTINGS.idle());
        assertThat(asks("GET", "/admin/users")).isEqualTo(PAGE);

        clock.advance(SETTINGS.idle().plusMillis(1));

        assertThat(asks("POST", "/admin/users"))
                .startsWith("/admin/signin?from=")
                .endsWith("&lost=true");
        assertThat(ended).isTrue();
    }

    @Test
    void sessionEndsHoweverBusyItIs() throws Exception {
        signIn();
        Instant end = clock.instant().plus(SETTINGS.lifetime());
        while (clock.instant().plus(Duration.ofMinutes(10)).isBefore(end)) {
            clock.advance(Duration.ofMinutes(10));
            assertThat(asks("GET", "/admin/users")).isEqualTo(PAGE);
        }

        clock.advance(Duration.ofMinutes(10).plusMillis(1));

        assertThat(asks("GET", "/admin/users")).startsWith("/admin/signin");
        assertThat(ended).isTrue();
    }

    @Test
    void whoWasAwayHasToProveThatItIsThemUntilTheyDid() throws Exception {
        signIn();
        for (int i = 0; i < 3; i++) {
            clock.advance(SETTINGS.proveAgain());
            asks("GET", "/admin/users");
        }
        assertThat(away.isProofNeeded()).isFalse();

        clock.advance(SETTINGS.proveAgain().plusMillis(1));
        asks("POST", "/admin/act");
        asks("GET", "/admin/users");
        assertThat(away.isProofNeeded()).isTrue();

        away.proven();
        asks("GET", "/admin/act");
        assertThat(away.isProofNeeded()).isFalse();
    }

    /** As a page does that waits for something, every second and a half. */
    private String looksAgain() throws Exception {
        byItself = true;
        String answer = asks("POST", "/admin/job");
        byItself = false;
        return answer;
    }

    @Test
    void pageThatLooksAgainByItselfKeepsNoForgottenSessionAlive() throws Exception {
        signIn();
        for (int minute = 0; minute < SETTINGS.idle().toMinutes(); minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(looksAgain()).isEqualTo(PAGE);
        }

        clock.advance(Duration.ofMillis(1));

        // nobody clicked, so nothing was lost
        assertThat(looksAgain()).isEqualTo("/admin/signin?from=%2Fadmin%2Fjob");
        assertThat(ended).isTrue();
    }

    @Test
    void pageThatLooksAgainByItselfDoesNotPutOffThePassword() throws Exception {
        signIn();
        for (int i = 0; i < 2; i++) {
            clock.advance(SETTINGS.proveAgain().dividedBy(2).plusMillis(1));
            looksAgain();
        }

        asks("GET", "/admin/act");

        assertThat(away.isProofNeeded()).isTrue();
    }

    @Test
    void whoActsAsIfAPageLookedAgainIsAskedForThePasswordAllTheSame() throws Exception {
        signIn();
        clock.advance(SETTINGS.proveAgain().plusMillis(1));
        byItself = true;

        asks("POST", "/admin/act");

        assertThat(away.isProofNeeded()).isTrue();
    }

    @Test
    void whoLacksTheFactorThatIsAskedOfThemGetsThePageToSetItUpAndNoOther() throws Exception {
        signIn();
        factorMissing = true;

        for (String path : new String[] {"/admin/users", "/admin/act", "/admin/signin", "/admin/factor/", "/admin/x"}) {
            assertThat(asks("GET", path)).isEqualTo("/admin/factor");
        }
        assertThat(asks("POST", "/admin/act")).isEqualTo("/admin/factor?lost=true");
        assertThat(asks("GET", "/admin/factor")).isEqualTo(PAGE);
        assertThat(asks("POST", "/admin/factor.xhtml")).isEqualTo(PAGE);
    }

    @Test
    void whoModeratesRoomsGetsTheirPagesAndNoOther() throws Exception {
        signIn();
        reach = new Reach(new UserId("u_ann"));

        assertThat(asks("GET", "/admin/overview")).isEqualTo("/admin/rooms");
        for (String path : new String[] {"/admin/rooms", "/admin/room.xhtml", "/admin/act", "/admin/factor"}) {
            assertThat(asks("POST", path)).isEqualTo(PAGE);
        }
        for (String path :
                new String[] {"/admin/users", "/admin/user", "/admin/audit", "/admin/invites", "/admin/new"}) {
            assertThat(asks("POST", path)).isEqualTo("403");
        }
    }

    @Test
    void nobodyGetsTheTwoOpenPagesOnly() throws Exception {
        for (String path : new String[] {"/admin/signin", "/admin/setup", "/admin/signin.xhtml"}) {
            assertThat(asks("POST", path)).isEqualTo(PAGE);
        }
        for (String path : new String[] {"/admin/users", "/admin/factor", "/admin/signin/", "/admin/signin;x"}) {
            assertThat(asks("GET", path)).startsWith("/admin/signin?from=");
        }
    }

    private interface Answering {
        Object to(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Answering answering) {
        return type.cast(Proxy.newProxyInstance(
                ConsoleFilterTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    Object answer = answering.to(called.getName(), arguments == null ? new Object[0] : arguments);
                    return called.getReturnType() == void.class ? null : answer;
                }));
    }
}
