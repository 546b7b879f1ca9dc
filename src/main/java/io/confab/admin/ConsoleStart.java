package io.confab.admin;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.SessionTrackingMode;
import jakarta.servlet.annotation.WebListener;
import java.util.Set;

/**
 * The console's session cookie: sent to {@code /admin} only, so that it opens neither {@code /api} nor {@code /ws}; never to
 * scripts, never from another site, and only over TLS outside profile {@code dev} (docs/adr/0061).
 */
@WebListener
public class ConsoleStart implements ServletContextListener {
    static final String COOKIE = "confab_admin";
    static final String PATH = "/admin";

    private final ConsoleSettings settings;

    @Inject
    public ConsoleStart(ConsoleSettings settings) {
        this.settings = settings;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        context.setSessionTrackingModes(Set.of(SessionTrackingMode.COOKIE));
        context.setSessionTimeout(Math.toIntExact(settings.idle().toMinutes()));
        var cookie = context.getSessionCookieConfig();
        cookie.setName(COOKIE);
        cookie.setPath(PATH);
        cookie.setHttpOnly(true);
        cookie.setSecure(settings.secureCookie());
        cookie.setAttribute("SameSite", "Strict");
    }
}
