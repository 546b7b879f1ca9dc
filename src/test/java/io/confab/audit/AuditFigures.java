package io.confab.audit;

import io.confab.audit.AuditTrail.Filter;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.Configuration;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import java.sql.DriverManager;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Figures of docs/adr/0071: how long a trail of a million lines takes to seal, verify, filter and export on PostgreSQL. Run
 * it on a quiet machine, Maven on a JDK 21 or newer:
 *
 * <pre>{@code
 * mvn -q -Pquick test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.confab.audit.AuditFigures
 * }</pre>
 */
final class AuditFigures {
    private static final int LINES = 1_000_000;
    private static final int ROUNDS = 60;
    private static final String GROW =
            "insert into audit (at, actor_id, act, target, state_before, state_after, why, address)"
                    + " select 1760000000000 + n * 1000, 'u_staff' || n % 20, (array['msg.deleted', 'sanction.set', 'user.suspend'])"
                    + "[1 + n % 3], 'r_room' || n % 10000 || '/' || n, 'message of u_somebody', 'deleted', 'advertising',"
                    + " '192.0.2.1' from generate_series(1, " + LINES + ") n";

    private AuditFigures() {}

    public static void main(String... none) throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        var database = new Database(StoreSettings.from(new Configuration(
                key -> Optional.ofNullable(Map.of("confab.db.url", url).get(key)))));
        var trail = new AuditTrail(database);
        searches(trail, "empty"); // so that the statements are planned while the table is small
        try (var jdbc = DriverManager.getConnection(url);
                var statement = jdbc.createStatement()) {
            statement.executeUpdate(GROW);
        }
        var chain = new AuditChain(database, Clock.systemUTC());
        timed("sealed", () -> {
            int all = 0;
            for (int some = chain.seal(); some > 0; some = chain.seal()) {
                all += some;
            }
            return all;
        });
        timed("verified", () -> new AuditVerification(trail, chain, database).verify(0, null));
        timed("exported", () -> {
            var export = new AuditExport(trail);
            var filter = new Filter(null, null, "r_room77");
            int lines = 0;
            var page = export.page(filter, 0, AuditExport.MAX_PAGE);
            for (lines += page.lines().size();
                    page.more();
                    lines += page.lines().size()) {
                page = export.page(filter, page.next(), AuditExport.MAX_PAGE);
            }
            return lines;
        });
        searches(trail, "full");
        database.close();
    }

    private static void searches(AuditTrail trail, String state) {
        var ann = new UserId("u_staff7");
        for (Filter filter : List.of(
                new Filter(null, null, null),
                new Filter(ann, null, null),
                new Filter(null, "user.suspend", null),
                new Filter(ann, "no.such.act", null),
                new Filter(new UserId("u_nobody"), "msg.deleted", null),
                new Filter(null, null, "r_room77"),
                new Filter(null, null, "r_room77/77"),
                new Filter(null, null, "r_nowhere"),
                new Filter(ann, "msg.deleted", "r_room77"))) {
            long[] nanos = new long[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                long begun = System.nanoTime();
                trail.count(filter, 10_001);
                trail.search(filter, i % 2 == 0 ? 0 : 9_975, 25);
                nanos[i] = System.nanoTime() - begun;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "%s %s: p50 %.1f ms, p95 %.1f ms, most %.1f ms%n",
                    state, filter, nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS * 95 / 100] / 1e6, nanos[ROUNDS - 1] / 1e6);
        }
    }

    private static void timed(String what, Supplier<Object> work) {
        long begun = System.nanoTime();
        Object result = work.get();
        System.out.printf("%s %s in %.1f s%n", what, result, (System.nanoTime() - begun) / 1e9);
    }
}
