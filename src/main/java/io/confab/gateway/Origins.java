package io.confab.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
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
    private static final int MAX_PORT = 65_535;

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

    /** Whether a value of {@code confab.public-url} is one: http or https, a host, perhaps a port and a path. */
    static boolean isAddress(String url) {
        try {
            var uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            return (scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getPort() <= MAX_PORT
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Whether a value of {@code confab.origins} is one: as a browser sends it, so without a path. */
    static boolean isOrigin(String url) {
        return isAddress(url) && URI.create(url).getRawPath().isEmpty();
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
