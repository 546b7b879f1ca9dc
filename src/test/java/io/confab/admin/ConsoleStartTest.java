package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.SessionCookieConfig;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the console's cookie is told to be, as only a server behind TLS shows it. */
class ConsoleStartTest {
    /** What was set on the cookie, by the name of the setter. */
    private static Map<String, Object> cookie(Map<String, String> settings) {
        var set = new HashMap<String, Object>();
        var cookie = (SessionCookieConfig) Proxy.newProxyInstance(
                ConsoleStartTest.class.getClassLoader(),
                new Class<?>[] {SessionCookieConfig.class},
                (proxy, called, given) -> {
                    String name = called.getName();
                    set.put(name.equals("setAttribute") ? (String) given[0] : name, given[given.length - 1]);
                    return null;
                });
        var context = (ServletContext) Proxy.newProxyInstance(
                ConsoleStartTest.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, called, given) -> called.getName().equals("getSessionCookieConfig") ? cookie : null);
        var console = ConsoleSettings.from(new Configuration(key -> Optional.ofNullable(settings.get(key))));
        new ConsoleStart(console).contextInitialized(new ServletContextEvent(context));
        return set;
    }

    @Test
    void cookieGoesOverTlsOnlyUnlessTheProfileIsThatOfADevelopersMachine() {
        assertThat(cookie(Map.of())).containsEntry("setSecure", true);
        assertThat(cookie(Map.of("confab.profile", "production"))).containsEntry("setSecure", true);
        assertThat(cookie(Map.of("confab.profile", "dev"))).containsEntry("setSecure", false);
    }

    @Test
    void cookieIsForTheConsoleAloneForNoScriptAndFromNoOtherSite() {
        assertThat(cookie(Map.of()))
                .containsEntry("setPath", "/admin")
                .containsEntry("setHttpOnly", true)
                .containsEntry("SameSite", "Strict");
    }
}
