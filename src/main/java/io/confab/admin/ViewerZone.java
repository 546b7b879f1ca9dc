package io.confab.admin;

import io.confab.moderation.StaffMember;
import io.confab.moderation.StaffZones;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * In which zone this reader sees times and says them: the one they chose, else their browser's, which a script tells in a
 * cookie, else {@code confab.console.zone}.
 */
@Named
@RequestScoped
public class ViewerZone {
    static final String COOKIE = "confab_zone";

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private ConsoleSettings settings;

    @Inject
    private HttpServletRequest request;

    private boolean looked;
    private Optional<ZoneId> chosen = Optional.empty();
    private @Nullable ZoneId zone;

    public ZoneId getZone() {
        if (zone == null) {
            zone = getChosen().or(this::getBrowser).orElseGet(settings::zone);
        }
        return zone;
    }

    /** {@code Europe/Berlin}. */
    public String getName() {
        return getZone().getId();
    }

    Optional<ZoneId> getChosen() {
        if (!looked) {
            looked = true;
            chosen = staff.member().map(StaffMember::user).flatMap(console.zones()::find);
        }
        return chosen;
    }

    /** Empty: it has not said, or names one that is not known here. */
    Optional<ZoneId> getBrowser() {
        Cookie[] cookies = request.getCookies();
        return Stream.of(cookies == null ? new Cookie[0] : cookies)
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .findFirst()
                .flatMap(cookie -> StaffZones.named(decoded(cookie.getValue())));
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return ""; // of no script of ours
        }
    }
}
