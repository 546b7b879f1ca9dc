package io.confab.admin;

import io.confab.identity.ClientAddress;
import io.confab.identity.ConsoleMechanism.SignedIn;
import io.confab.identity.ConsoleSignIns;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * In front of {@code /admin/*}: asks the database at each request whether this session's person is staff now. Whoever is
 * not is sent to sign in, and told so when a click was lost, plain or Ajax; nothing of that click is carried out.
 */
public class ConsoleFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(ConsoleFilter.class.getName());
    private static final Set<String> OPEN = Set.of("/admin/signin", "/admin/setup");
    /** Where somebody sets up the second factor that is asked of them; nothing else is open to them before. */
    private static final String FACTOR = "/admin/factor";

    /** Sent by the script of a page that looks again while nobody touches it. */
    private static final String BY_ITSELF = "Confab-By-Itself";

    private static final String HOME = "/admin/overview";
    private static final String ROOMS = "/admin/rooms";
    /** What is open to who moderates some rooms and no more. */
    private static final Set<String> OF_ROOMS = Set.of(
            ROOMS,
            "/admin/room",
            "/admin/act",
            "/admin/roomact",
            "/admin/queue",
            "/admin/report",
            FACTOR,
            "/admin/zone",
            "/admin/signin");

    private static final int MOST_CAUSES = 20;

    private static final String ERROR_PAGE = "/admin/error.xhtml";

    private final transient StaffDoor door;
    private final transient ClientAddress addresses;
    private final transient Clock clock;
    private final transient ConsoleSettings settings;

    @Inject
    public ConsoleFilter(StaffDoor door, ClientAddress addresses, Clock clock, ConsoleSettings settings) {
        this.door = door;
        this.addresses = addresses;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("Cache-Control", "no-store");
        String path = page(request);
        if (path.equals("/admin") || path.equals("/admin/")) {
            response.sendRedirect(HOME);
            return;
        }
        var kept = new KeptStatus(response);
        try {
            Optional<StaffMember> member = member(request);
            if (member.isPresent()) {
                request.setAttribute(Staff.ATTRIBUTE, member.get());
                if (member.get().factorMissing() && !path.equals(FACTOR)) {
                    send(request, response, FACTOR + (isLost(request) ? "?lost=true" : ""));
                    return;
                }
                if (!member.get().reach().isAll() && path.equals(HOME)) {
                    send(request, response, ROOMS);
                    return;
                }
            } else if (!OPEN.contains(path)) {
                send(
                        request,
                        response,
                        "/admin/signin?from=" + encode(from(request)) + (isLost(request) ? "&lost=true" : ""));
                return;
            }
            if (member.filter(m -> !m.reach().isAll()).isPresent() && !OF_ROOMS.contains(path)) {
                kept.error = HttpServletResponse.SC_FORBIDDEN;
            } else {
                chain.doFilter(request, kept);
            }
        } catch (ServletException | RuntimeException e) {
            if (kept.error == 0 || !isGone(e)) {
                LOG.log(Level.ERROR, "page " + path + " failed", e);
            }
            if (kept.error == 0) { // else it was answered before
                kept.error = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
            }
        }
        if (kept.error != 0 && !response.isCommitted()) {
            response.resetBuffer();
            response.setStatus(kept.error);
            request.setAttribute("status", kept.error);
            request.getRequestDispatcher(ERROR_PAGE).forward(new Plain(request), response);
        }
    }

    private static boolean isGone(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MOST_CAUSES)
                .anyMatch(Gone.class::isInstance);
    }

    private Optional<StaffMember> member(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null
                || !(session.getAttribute(SignedIn.ATTRIBUTE) instanceof SignedIn signedIn)
                || !(session.getAttribute(Away.ATTRIBUTE) instanceof Away away)) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        boolean old = now.isAfter(signedIn.at().plus(settings.lifetime())) || away.isLongerThan(settings.idle(), now);
        Optional<StaffMember> member = old ? Optional.empty() : enter(request, signedIn);
        if (member.isEmpty()) {
            session.invalidate();
        } else {
            away.ask(now, settings.proveAgain(), isByItself(request));
        }
        return member;
    }

    /** {@code identity.ConsoleMechanism}, which comes first, has asked already. */
    private Optional<StaffMember> enter(HttpServletRequest request, SignedIn signedIn) {
        String address = addresses.of(request);
        return request.getAttribute(ConsoleSignIns.Found.ATTRIBUTE) instanceof ConsoleSignIns.Found found
                        && found.isOf(signedIn.user(), signedIn.signIn())
                ? door.enter(found, address)
                : door.enter(signedIn.user(), signedIn.signIn(), address);
    }

    /** Whether something was clicked. */
    private static boolean isLost(HttpServletRequest request) {
        return !request.getMethod().equals("GET") && !isByItself(request);
    }

    /** Whether no person asks: that keeps no session alive (docs/adr/0061). */
    static boolean isByItself(HttpServletRequest request) {
        return request.getHeader(BY_ITSELF) != null;
    }

    private static String page(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.endsWith(".xhtml") ? path.substring(0, path.length() - ".xhtml".length()) : path;
    }

    private static void send(HttpServletRequest request, HttpServletResponse response, String target)
            throws IOException {
        if ("partial/ajax".equals(request.getHeader("Faces-Request"))) {
            response.setContentType("text/xml;charset=UTF-8");
            response.getWriter()
                    .write("<?xml version=\"1.0\" encoding=\"UTF-8\"?><partial-response><redirect url=\""
                            + target.replace("&", "&amp;") + "\"></redirect></partial-response>");
        } else {
            response.setHeader("Location", target);
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        }
    }

    private static String from(HttpServletRequest request) {
        String query = request.getQueryString();
        return request.getRequestURI() + (query == null ? "" : "?" + query);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Without the form that was sent, which Faces would take for one of the error page. */
    private static final class Plain extends HttpServletRequestWrapper {
        Plain(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getMethod() {
            return "GET";
        }

        @Override
        public @Nullable String getHeader(String name) {
            return name.equalsIgnoreCase("Faces-Request") ? null : super.getHeader(name);
        }

        @Override
        public @Nullable String getParameter(String name) {
            return null;
        }

        @Override
        public String @Nullable [] getParameterValues(String name) {
            return null;
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Map.of();
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.emptyEnumeration();
        }
    }

    /** Keeps an error's status, so that our own page can tell of it. */
    private static final class KeptStatus extends HttpServletResponseWrapper {
        private int error;

        KeptStatus(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void sendError(int status, @Nullable String message) {
            error = status;
        }

        @Override
        public void sendError(int status) {
            error = status;
        }
    }
}
