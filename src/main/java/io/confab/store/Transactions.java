package io.confab.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The one way to run a transaction: a function over an entity manager and the JDBC connection of the same transaction.
 * Read committed. Thread-safe; a transaction belongs to the thread that runs it. Never call a socket or JMS inside.
 */
public final class Transactions {
    private final EntityManagerFactory factory;
    private final Durability durability;

    Transactions(EntityManagerFactory factory, Durability durability) {
        this.factory = factory;
        this.durability = durability;
    }

    /** What to do inside. An exception rolls everything back. */
    @FunctionalInterface
    public interface Work<T> {
        T in(EntityManager entities, Connection jdbc) throws SQLException;
    }

    /**
     * Runs and commits. When it returns, the data is on disk.
     *
     * @throws StoreFailure when it does not; only {@link StoreFailure.CommitUnknown} may have been committed
     */
    public <T> T write(Work<T> work) {
        try (var entities = open()) {
            T result = run(entities, work);
            durability.commit(() -> commit(entities));
            return result;
        }
    }

    /** Runs without keeping any change. @throws StoreFailure when it fails */
    public <T> T read(Work<T> work) {
        try (var entities = open()) {
            T result = run(entities, work);
            entities.getTransaction().rollback();
            durability.seen();
            return result;
        }
    }

    private EntityManager open() {
        return factory.createEntityManager();
    }

    private static <T> T run(EntityManager entities, Work<T> work) {
        try {
            entities.getTransaction().begin();
            T result = work.in(entities, entities.unwrap(Connection.class));
            entities.flush();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollBack(entities, e);
            throw SqlStates.beforeCommit(e);
        }
    }

    private static void commit(EntityManager entities) {
        try {
            entities.getTransaction().commit();
        } catch (RuntimeException e) {
            rollBack(entities, e);
            throw SqlStates.inCommit(e);
        }
    }

    private static void rollBack(EntityManager entities, Exception cause) {
        try {
            if (entities.getTransaction().isActive()) {
                entities.getTransaction().rollback();
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
