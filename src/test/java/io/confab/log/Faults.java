package io.confab.log;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;
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
            boolean hit = method.getName().startsWith("execute") && sql.contains(statementPart) && take(statements);
            if (hit) {
                throw new SQLException("injected: statement failed", sqlState);
            }
            return call(real, method, arguments);
        });
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
