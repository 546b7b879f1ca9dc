package io.confab.gateway;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Ends the TCP connection of a request at once, dropping what its client has not read (docs/adr/0043, 0048). Jakarta Servlet has no word
 * for it: to complete the exchange leaves what waits, and the connection, to a client that may never read. By reflection on
 * public methods; on a server other than Payara nothing happens, and the server's own timeout ends the connection.
 */
final class GrizzlyConnection {
    private static final System.Logger LOG = System.getLogger(GrizzlyConnection.class.getName());

    private final Optional<Object> connection;
    private final Optional<Object> body;

    private GrizzlyConnection(Optional<Object> connection, Optional<Object> body) {
        this.connection = connection;
        this.body = body;
    }

    /** Of a request that is being served now: later its parts may be gone. */
    static GrizzlyConnection of(ServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        try {
            Object grizzly = call(call(inner, "getUnwrappedCoyoteRequest"), "getCoyoteRequest");
            return new GrizzlyConnection(
                    Optional.of(call(call(grizzly, "getContext"), "getConnection")),
                    Optional.of(call(grizzly, "getInputBuffer")));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "streams and sockets that nobody reads end by the server's own timeout only, if at all",
                    e);
            return new GrizzlyConnection(Optional.empty(), Optional.empty());
        }
    }

    /** Whether the request's body has come, as far as can be told. To be asked while the request is being served. */
    boolean bodyIsWhole() {
        return body.map(input -> {
                    try {
                        return !Boolean.FALSE.equals(call(input, "isFinished"));
                    } catch (ReflectiveOperationException | RuntimeException e) {
                        LOG.log(Level.DEBUG, "body: {0}", e.getClass().getName());
                        return true;
                    }
                })
                .orElse(true);
    }

    /**
     * Nothing comes in any more: a thread that waits for it meets the end of the stream at once. After an {@link #abort} it
     * would wait for the read's own time.
     */
    void endInput() {
        connection.ifPresent(open -> {
            try {
                if (call(open, "getChannel") instanceof SocketChannel channel) {
                    channel.shutdownInput();
                }
            } catch (ReflectiveOperationException | IOException | RuntimeException e) {
                LOG.log(Level.DEBUG, "input not ended: {0}", e.getClass().getName());
            }
        });
    }

    void abort() {
        connection.ifPresent(open -> {
            try {
                method(open, "terminateSilently").invoke(open);
            } catch (ReflectiveOperationException | RuntimeException e) {
                LOG.log(Level.DEBUG, "not aborted: {0}", e.getClass().getName());
            }
        });
    }

    private static Object call(Object target, String name) throws ReflectiveOperationException {
        Object result = method(target, name).invoke(target);
        if (result == null) {
            throw new NoSuchMethodException(name + " gives nothing");
        }
        return result;
    }

    private static Method method(Object target, String name) throws NoSuchMethodException {
        Method found = target.getClass().getMethod(name);
        found.setAccessible(true); // public, but perhaps of a class that is not
        return found;
    }
}
