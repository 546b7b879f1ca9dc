package io.confab.gateway;

import jakarta.servlet.http.WebConnection;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the TCP connection under an upgraded one, whatever its peer still has to read (docs/adr/0048). The servlet API has no
 * call for that: Grizzly closes when all is written, so a peer that never reads would keep its connection, and what waits in
 * it, for ever. By reflection on Payara; on another server it does nothing.
 */
final class TcpEnd {
    private static final System.Logger LOG = System.getLogger(TcpEnd.class.getName());
    /** For a peer that is slow but reads: what the server holds for it, and the close frame behind that. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final @Nullable Object connection;

    private TcpEnd(@Nullable Object connection) {
        this.connection = connection;
    }

    /** Found while the connection is certainly this request's own. */
    static TcpEnd under(WebConnection upgraded) {
        try {
            Field field = upgraded.getClass().getDeclaredField("request");
            field.setAccessible(true);
            Object request = call(call(field.get(upgraded), "getCoyoteRequest"), "getContext");
            return new TcpEnd(call(request, "getConnection"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "a closed socket may linger: {0}", e.toString());
            return new TcpEnd(null);
        }
    }

    private static Object call(Object target, String method) throws ReflectiveOperationException {
        Method found = target.getClass().getMethod(method);
        found.setAccessible(true);
        return found.invoke(target);
    }

    /** Ends it soon, unless it ends by itself. */
    void soon() {
        if (connection != null) {
            CompletableFuture.delayedExecutor(LINGER.toSeconds(), TimeUnit.SECONDS)
                    .execute(() -> end(connection));
        }
    }

    private static void end(Object connection) {
        try {
            call(connection, "terminateSilently");
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "a closed socket lingers, and what waits in it", e);
        }
    }
}
