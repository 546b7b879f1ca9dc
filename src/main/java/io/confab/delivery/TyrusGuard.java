package io.confab.delivery;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.lang.reflect.Field;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Takes the idle timer out of Tyrus's way (docs/adr/0051): Tyrus schedules a task on the server's managed executor twice
 * for each message, even without an idle timeout, which costs ten times the message itself. Heartbeats and timeouts of our
 * sockets are our own ({@link Connections}).
 *
 * <p>Imports nothing of Tyrus and does nothing where the server's WebSocket container is another.
 */
@WebListener
public class TyrusGuard implements ServletContextListener {
    static final String CONTAINER = "jakarta.websocket.server.ServerContainer";
    private static final System.Logger LOG = System.getLogger(TyrusGuard.class.getName());
    private static final String CLASS = "org.glassfish.tyrus.core.BaseContainer";
    private static final String FIELD = "managedScheduledExecutorService";

    private final DeliveryMetrics metrics;

    @Inject
    public TyrusGuard(DeliveryMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        Object container = event.getServletContext().getAttribute(CONTAINER);
        if (container == null || !install(container, CLASS)) {
            LOG.log(System.Logger.Level.INFO, "the WebSocket container is not Tyrus, or not one this guard knows");
        }
    }

    /** True when the container's scheduler is now one that skips idle timers. */
    boolean install(Object container, String className) {
        return field(container, className)
                .map(field -> replace(container, field))
                .orElse(false);
    }

    private static Optional<Field> field(Object container, String className) {
        for (Class<?> c = container.getClass(); c != null; c = c.getSuperclass()) {
            if (c.getName().equals(className)) {
                try {
                    return Optional.of(c.getDeclaredField(FIELD));
                } catch (NoSuchFieldException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private boolean replace(Object container, Field field) {
        try {
            field.setAccessible(true);
            Object scheduler = field.get(container);
            if (scheduler instanceof IdleTimers) {
                return true;
            }
            if (!(scheduler instanceof ScheduledExecutorService managed)) {
                return false;
            }
            field.set(container, new IdleTimers(managed, metrics));
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Tyrus keeps its idle timer, at ten times the cost of a message", e);
            return false;
        }
    }
}
