package io.confab.delivery;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.lang.reflect.Field;
import java.util.List;

/**
 * Keeps the objects of one connection's request from another's (docs/adr/0052). Grizzly, the HTTP layer of Payara, keeps
 * used requests, responses and contexts per thread and gives them to the next request. When both sides end a WebSocket at
 * once it gives some back twice, and then two connections share them: a call loses its body or its caller, a socket its
 * frames. So the pools of these types are made to hold nothing, and each request gets objects of its own.
 *
 * <p>Imports nothing of Grizzly and does nothing on a server that has none.
 */
@WebListener
public class GrizzlyGuard implements ServletContextListener {
    private static final System.Logger LOG = System.getLogger(GrizzlyGuard.class.getName());
    private static final String CACHE = "org.glassfish.grizzly.ThreadCache";
    /** What belongs to one request. Buffers stay pooled: they are what is costly, and they are given back once. */
    private static final List<String> TYPES = List.of(
            "org.glassfish.grizzly.Context",
            "org.glassfish.grizzly.filterchain.FilterChainContext",
            "org.glassfish.grizzly.http.HttpContent",
            "org.glassfish.grizzly.http.HttpBrokenContent",
            "org.glassfish.grizzly.http.HttpTrailer",
            "org.glassfish.grizzly.http.HttpRequestPacketImpl",
            "org.glassfish.grizzly.http.HttpResponsePacketImpl",
            "org.glassfish.grizzly.http.HttpServerFilter$ServerHttpRequestImpl",
            "org.glassfish.grizzly.http.server.Request",
            "org.glassfish.grizzly.http.server.SuspendStatus");

    @Override
    public void contextInitialized(ServletContextEvent event) {
        install(event.getServletContext().getClass().getClassLoader(), CACHE, TYPES);
    }

    /** @return whether the pools of all these types hold nothing from now on */
    boolean install(ClassLoader server, String cacheClass, List<String> types) {
        Class<?> cache;
        try {
            cache = Class.forName(cacheClass, true, server);
        } catch (ClassNotFoundException e) {
            LOG.log(System.Logger.Level.INFO, "the HTTP layer is not Grizzly: nothing to guard");
            return false;
        }
        try {
            for (String type : types) {
                empty(cache, Class.forName(type, false, server));
            }
            LOG.log(System.Logger.Level.INFO, "Grizzly keeps no used request for the next one");
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Grizzly may give one connection the request of another", e);
            return false;
        }
    }

    /**
     * A pool that is not there yet is made with no place. One that is there loses its places, and gets a new number: threads
     * that have served a request before hold its objects under the old one.
     */
    private static void empty(Class<?> cache, Class<?> type) throws ReflectiveOperationException {
        Object pool = cache.getMethod("obtainIndex", Class.class, int.class).invoke(null, type, 0);
        Field size = open(pool.getClass(), "size");
        Field number = open(pool.getClass(), "index");
        Field numbers = open(cache, "indexCounter");
        synchronized (cache) { // as obtainIndex is
            size.setInt(pool, 0);
            number.setInt(pool, numbers.getInt(null));
            numbers.setInt(null, numbers.getInt(null) + 1);
        }
    }

    private static Field open(Class<?> owner, String name) throws NoSuchFieldException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
