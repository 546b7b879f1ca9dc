package io.confab.log;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A pool between the log and the database that fails when it is told to. */
final class Faults implements UnaryOperator<DataSource> {
    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger commitsLost = new AtomicInteger();
    private final AtomicInteger answersLost = new AtomicInteger();
    private final AtomicInteger connects = new AtomicInteger();
    private final AtomicReference<String> stalledPart = new AtomicReference<>();
    private final AtomicInteger commitsStalled = new AtomicInteger();
    private volatile CountDownLatch released = new CountDownLatch(1);
    private final AtomicReference<Runnable> afterLostAnswer = new AtomicReference<>(() -> {});
    private volatile String statementPart = "";
    private volatile String sqlState = "";
    final AtomicInteger met = new AtomicInteger();

    /** The next {@code times} executions of a statement with {@code part} in it fail. */
    void failStatements(String part, String state, int times) {
        statementPart = part;
        sqlState = state;
        statements.set(times);
    }

    /** The next commits of events end in a lost connection before the database heard of them: rolled back. */
    void loseCommits(int times) {
        commitsLost.set(times);
    }

    /** The next commits of events succeed, but their answer is lost. */
    void loseAnswersOfCommits(int times) {
        answersLost.set(times);
    }

    /** The next statement with {@code part} in it is not sent before {@link #release}. */
    void stallStatement(String part) {
        released = new CountDownLatch(1);
        stalledPart.set(part);
    }

    boolean hasStalled() {
        return stalledPart.get() == null;
    }

    /** The next commit of events is not sent before {@link #release}. */
    void stallCommit() {
        released = new CountDownLatch(1);
        commitsStalled.set(1);
    }

    /** What stalls goes on. */
    void release() {
        released.countDown();
    }

    /** Runs once, when the next answer of a commit was lost. */
    void afterLostAnswer(Runnable then) {
        afterLostAnswer.set(then);
    }

    /** The next connections cannot be had. */
    void refuseConnections(int times) {
        connects.set(times);
    }

    @Override
    public DataSource apply(DataSource real) {
        return proxy(DataSource.class, (method, arguments) -> {
            if (!method.getName().equals("getConnection")) {
                return call(real, method, arguments);
            }
            if (take(connects)) {
                throw new SQLException("injected: no connection", "08001");
            }
            return connection((Connection) call(real, method, arguments));
        });
    }

    private Connection connection(Connection real) {
        var wroteEvents = new AtomicBoolean();
        return proxy(Connection.class, (method, arguments) -> switch (method.getName()) {
            case "commit" -> {
                commit(real, wroteEvents.getAndSet(false));
                yield null;
            }
            case "prepareStatement" -> {
                String sql = ((String) arguments[0]).toLowerCase(Locale.ROOT);
                wroteEvents.compareAndSet(false, sql.contains("insert into room_event"));
                yield statement((PreparedStatement) call(real, method, arguments), sql);
            }
            default -> call(real, method, arguments);
        });
    }

    private void commit(Connection real, boolean wroteEvents) throws SQLException {
        if (!wroteEvents) {
            real.commit();
            return;
        }
        if (take(commitsStalled)) {
            awaitRelease();
        }
        if (take(commitsLost)) {
            real.rollback();
            throw new SQLException("injected: connection lost before the commit", "08006");
        }
        real.commit();
        if (take(answersLost)) {
            afterLostAnswer.getAndSet(() -> {}).run();
            throw new SQLException("injected: connection lost after the commit", "08006");
        }
    }

    private PreparedStatement statement(PreparedStatement real, String sql) {
        return proxy(PreparedStatement.class, (method, arguments) -> {
            boolean executes = method.getName().startsWith("execute");
            String stalled = stalledPart.get();
            if (executes && stalled != null && sql.contains(stalled) && stalledPart.compareAndSet(stalled, null)) {
                awaitRelease();
            }
            if (executes && sql.contains(statementPart) && take(statements)) {
                throw new SQLException("injected: statement failed", sqlState);
            }
            return call(real, method, arguments);
        });
    }

    private void awaitRelease() throws SQLException {
        try {
            if (!released.await(30, TimeUnit.SECONDS)) {
                throw new SQLException("injected: never released", "08006");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("injected: interrupted", "08006", e);
        }
    }

    private boolean take(AtomicInteger counter) {
        boolean taken = counter.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        if (taken) {
            met.incrementAndGet();
        }
        return taken;
    }

    private interface Call {
        Object of(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.of(method, arguments == null ? new Object[0] : arguments)));
    }

    private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
