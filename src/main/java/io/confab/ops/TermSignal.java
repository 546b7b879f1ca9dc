package io.confab.ops;

import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this process does when it is told to end (SIGTERM): first what it was given to do, then what the JVM does by itself,
 * which is to run the shutdown hooks and end with 143. A second signal does that at once, if it comes a second or more after
 * the first: one that is sent to a whole group of processes comes once from there and once from a script that passes it on. A
 * shutdown hook of ours would be too late: hooks run side by side, and the server's takes the application away.
 *
 * <p>By {@code sun.misc.Signal} of the module jdk.unsupported, the only way there is; by reflection, since the compiler warns
 * of it and cannot be told not to. Where it is not there or may not be used (a JVM with {@code -Xrs}), the process ends as
 * it would without this.
 */
final class TermSignal {
    private static final System.Logger LOG = System.getLogger(TermSignal.class.getName());
    private static final String NAME = "TERM";
    private static final Duration ONE_SIGNAL = Duration.ofSeconds(1);

    private final Consumer<Runnable> first;
    private final LongSupplier nanos;
    private final AtomicReference<Optional<Long>> firstNanos = new AtomicReference<>(Optional.empty());
    private volatile @Nullable Object previous; // a sun.misc.SignalHandler

    /** @param first is given what ends the process, to be run when it is done; must not block */
    TermSignal(Consumer<Runnable> first) {
        this(first, System::nanoTime);
    }

    TermSignal(Consumer<Runnable> first, LongSupplier nanos) {
        this.first = first;
        this.nanos = nanos;
    }

    /** From now on the signal comes here. */
    void take() {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> called(proxy, method, arguments);
            previous =
                    handle(Proxy.newProxyInstance(TermSignal.class.getClassLoader(), new Class<?>[] {handler}, calls));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "SIGTERM ends this node without a drain", e);
        }
    }

    /** The signal does again what it did before. */
    void giveBack() {
        Object before = previous;
        if (before != null) {
            try {
                handle(before);
            } catch (ReflectiveOperationException e) {
                LOG.log(Level.WARNING, "SIGTERM still leads to an application that is gone", e);
            }
        }
    }

    private static Object handle(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance(NAME), handler);
    }

    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
    private @Nullable Object called(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "handle" -> {
                signalled(() -> end(method, arguments));
                yield null;
            }
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> TermSignal.class.getSimpleName();
        };
    }

    /** @param end ends the process */
    void signalled(Runnable end) {
        long now = nanos.getAsLong();
        Optional<Long> before = firstNanos.getAndUpdate(known -> known.isPresent() ? known : Optional.of(now));
        if (before.isEmpty()) {
            first.accept(end);
        } else if (now - before.get() >= ONE_SIGNAL.toNanos()) {
            end.run();
        }
    }

    private void end(Method handle, Object @Nullable [] signal) {
        try {
            handle.invoke(previous, signal);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.ERROR, "the process cannot be ended as it was asked to", e);
        }
    }
}
