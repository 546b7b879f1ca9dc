package io.confab.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManagerFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.eclipse.persistence.jpa.JpaHelper;
import org.eclipse.persistence.jpa.PersistenceProvider;

/**
 * The database of this node: migrated by Flyway when it is opened, two pools (the log's writers have their own, so that no
 * storm of reads can hold up a send), and EclipseLink over each. H2 or PostgreSQL by the URL alone. Transactions are
 * resource-local: the pools are ours, so the same WAR behaves alike on every server (docs/adr/0011).
 */
@Singleton
public class Database {
    /**
     * PostgreSQL keeps the plan of a prepared statement until the table is analysed next: one made while the table was
     * small would read all of it, for a minute or more, as it grows (docs/adr/0022). What we ask has an index, and is answered
     * before helpers were started or code was made for it.
     */
    private static final String THROUGH_AN_INDEX =
            " -c enable_seqscan=off -c max_parallel_workers_per_gather=0 -c jit=off";
    /** The log looks everything up by key, a few hundred keys at most. */
    private static final String BY_KEY = THROUGH_AN_INDEX + " -c enable_hashjoin=off -c enable_mergejoin=off";

    private static final String ANYTHING = "select true";
    private static final String WRITABLE = "select current_setting('transaction_read_only') = 'off'";
    /** Refused where nothing may be written, and leaves nothing behind; by the primary key. {@code ops.Restore} takes it too. */
    private static final String A_LOCK = "select id from request_key where id = 1 for key share";

    private static final String READ_ONLY = "25006";
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(250); // the pool takes no less

    private final StoreSettings settings;
    private final Pool readers;
    private final Pool writers;
    private final EntityManagerFactory general;
    private final EntityManagerFactory log;
    private final Reads reads;
    private final Reads readsInLine;
    private final Transactions transactions;
    private final Transactions logTransactions;

    /** Opens and migrates; waits for a database that is not there ({@link #onceThere}), fails when it refuses or a migration fails. */
    @Inject
    public Database(StoreSettings settings) {
        this(settings, UnaryOperator.identity());
    }

    /** @param logSource what the log's writers see in place of their pool: a test makes it fail there */
    public Database(StoreSettings settings, UnaryOperator<DataSource> logSource) {
        this.settings = settings;
        var patience = new Patience(System::nanoTime);
        Migration.run(settings, url(settings), patience);
        this.readers = patience.until(() -> pool(settings, "confab", settings.pool(), THROUGH_AN_INDEX));
        this.writers = patience.until(() -> pool(settings, "confab-log", settings.logPool(), BY_KEY));
        Durability durability = settings.isPostgres() ? Durability.BY_THE_DATABASE : new DiskSync(writers);
        this.reads = new Reads(readers::getConnection, durability);
        this.readsInLine = new Reads(readers::connectionInLine, durability);
        DataSource forLog = logSource.apply(writers);
        patience.until(() -> isThere(readers)); // EclipseLink takes one of each, and what it began then would stay
        this.general = patience.until(() -> entities(settings, readers, "confab"));
        patience.until(() -> isThere(forLog));
        this.log = patience.until(() -> entities(settings, forLog, "confab-log"));
        this.transactions = new Transactions(general, durability);
        this.logTransactions = new Transactions(log, durability);
    }

    /** Connections in autocommit for single statements that read. */
    public DataSource readers() {
        return readers;
    }

    /** Single statements that read. */
    public Reads reads() {
        return reads;
    }

    /** The same for one thread that must get on while others have used up the pool: it waits among them. */
    public Reads readsInLine() {
        return readsInLine;
    }

    /** Transactions of everything but the log's writers. */
    public Transactions transactions() {
        return transactions;
    }

    /** Transactions of the log's writers. */
    public Transactions logTransactions() {
        return logTransactions;
    }

    /** Lets both pools be measured, from now on; once. */
    public void measure(MetricsTrackerFactory pools) {
        readers.setMetricsTrackerFactory(pools);
        writers.setMetricsTrackerFactory(pools);
    }

    /**
     * Whether transactions can be stored and reads be made just now, by doing both on the pools that all others use.
     * Blocks for as long as a caller of theirs would, but not behind slow reads: when they hold all connections of their
     * pool, the transaction alone has told that the database is there.
     *
     * @throws StoreFailure when not, with the reason
     */
    public void check() {
        logTransactions.write((entities, jdbc) -> {
            try (var statement = jdbc.prepareStatement(settings.isPostgres() ? A_LOCK : ANYTHING)) {
                statement.executeQuery().close();
            }
            return true;
        });
        if (readers.isUsedUp()) {
            return;
        }
        boolean writable = reads.first(settings.isPostgres() ? WRITABLE : ANYTHING, row -> row.getBoolean(1))
                .orElse(false);
        if (!writable) {
            readers.renew(); // after a failover they may lead to the old primary, and lag behind
            throw new StoreFailure.Unavailable(new SQLException("connections that only read", READ_ONLY));
        }
    }

    /**
     * For what a node does at its start and cannot do without: while the database is not there it waits, for eight minutes,
     * and begins the work anew.
     *
     * @param work of which it does no harm that it was done before: the outcome of a commit may be unknown
     * @throws StoreFailure when the database stays away, or waiting would not help
     */
    public <T> T onceThere(Supplier<T> work) {
        return new Patience(System::nanoTime).until(work::get);
    }

    public boolean isPostgres() {
        return settings.isPostgres();
    }

    @PreDestroy
    public void close() {
        general.close();
        log.close();
        readers.close();
        writers.close();
    }

    private static String url(StoreSettings s) {
        if (s.isPostgres()) {
            return s.url();
        }
        // The JVM's shutdown hook must not close the database before the server has drained. WRITE_DELAY: see DiskSync.
        return s.url() + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;QUERY_CACHE_SIZE=64;LOCK_TIMEOUT="
                + s.lockTimeout().toMillis();
    }

    private static Pool pool(StoreSettings s, String name, int size, String plans) {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(url(s));
        config.setDriverClassName(s.isPostgres() ? "org.postgresql.Driver" : "org.h2.Driver");
        config.setUsername(s.user().orElse(s.isPostgres() ? null : "sa"));
        config.setPassword(s.password().orElse(s.isPostgres() ? null : ""));
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(2, size));
        config.setConnectionTimeout(s.connectTimeout().toMillis());
        // else a connection that leads to a server which hangs is waited for longer than for a new one
        config.setValidationTimeout(
                Math.max(SHORTEST_WAIT.toMillis(), s.connectTimeout().toMillis() / 2));
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setExceptionOverrideClassName(ReadOnlyEviction.class.getName());
        if (s.isPostgres()) {
            // Acknowledged means stored, whatever the server's default; stronger settings stay as they are.
            config.setConnectionInitSql("select set_config('synchronous_commit', 'on', false)"
                    + " where current_setting('synchronous_commit') = 'off'");
            // A frozen or lost peer must hold nobody up: the server gives up locks and idle transactions by itself.
            config.addDataSourceProperty(
                    "options",
                    "-c lock_timeout=" + s.lockTimeout().toMillis() + " -c idle_in_transaction_session_timeout="
                            + s.idleInTransactionTimeout().toMillis() + " -c statement_timeout="
                            + s.statementTimeout().toMillis() + plans);
            config.addDataSourceProperty(
                    "socketTimeout", Long.toString(s.statementTimeout().toSeconds() + 3));
            config.addDataSourceProperty("tcpKeepAlive", "true");
            config.addDataSourceProperty("stringtype", "unspecified"); // a text parameter may become jsonb
            config.addDataSourceProperty("reWriteBatchedInserts", "true");
            config.addDataSourceProperty("prepareThreshold", "2");
            config.addDataSourceProperty(
                    "logServerErrorDetail", "false"); // else a failure's message shows what rows hold
            config.addDataSourceProperty("ApplicationName", name);
        }
        return new Pool(config);
    }

    private static boolean isThere(DataSource source) throws SQLException {
        try (var connection = source.getConnection()) {
            return connection.isValid(1);
        }
    }

    private static EntityManagerFactory entities(StoreSettings s, DataSource source, String session) {
        EntityManagerFactory factory = new PersistenceProvider()
                .createEntityManagerFactory(
                        "confab",
                        Map.ofEntries(
                                Map.entry("eclipselink.persistencexml", "META-INF/confab-persistence.xml"),
                                Map.entry("jakarta.persistence.nonJtaDataSource", source),
                                // EclipseLink shares a session among all factories of its name, data source included
                                Map.entry("eclipselink.session-name", session + "-" + UUID.randomUUID()),
                                Map.entry("eclipselink.classloader", Database.class.getClassLoader()),
                                Map.entry(
                                        "eclipselink.target-database",
                                        "org.eclipse.persistence.platform.database."
                                                + (s.isPostgres() ? "PostgreSQLPlatform" : "H2Platform"))));
        // A lost connection is for the caller to answer, at once: EclipseLink would sleep 5 s and try again, three
        // times.
        JpaHelper.getServerSession(factory).getLogin().setQueryRetryAttemptCount(0);
        return factory;
    }
}
