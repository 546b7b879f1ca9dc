package io.confab.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which pages may open our sockets (RFC 6454): our own origin, taken from {@code confab.public-url} when set, else from
 * the request's scheme and host; and those in {@code confab.origins}. A request without {@code Origin} comes from no
 * page. Immutable.
 */
final class Origins {
    private final Optional<String> ours;
    private final Set<String> more;

    Origins(GatewaySettings settings) {
        this.ours = settings.publicUrl().map(Origins::originOf);
        this.more = new HashSet<>();
        settings.origins().forEach(origin -> more.add(originOf(origin)));
    }

    boolean allows(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            return true;
        }
        String given = origin.toLowerCase(Locale.ROOT);
        return given.equals(ours.orElseGet(() -> ofRequest(request))) || more.contains(given);
    }

    private static String ofRequest(HttpServletRequest request) {
        return originOf(request.getScheme() + "://" + request.getHeader("Host"));
    }

    private static String originOf(String url) {
        URI uri = URI.create(url.toLowerCase(Locale.ROOT));
        String scheme = String.valueOf(uri.getScheme()).replace("ws", "http");
        int port = uri.getPort();
        boolean usual = port < 0 || (scheme.equals("http") && port == 80) || (scheme.equals("https") && port == 443);
        return scheme + "://" + uri.getHost() + (usual ? "" : ":" + port);
    }
}
