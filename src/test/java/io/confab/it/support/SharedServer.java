package io.confab.it.support;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One server for all tests that neither kill it nor need settings of their own: started by the first that asks, ended with
 * the JVM. Its limits are raised, so that tests meet the fault they look for and not the limiter.
 */
public final class SharedServer {
    /** Limits that no test meets by accident. */
    public static final Map<String, String> WIDE = Map.ofEntries(
            Map.entry("confab.limits.connection-frames", "100000"),
            Map.entry("confab.limits.user-commands-per-second", "10000"),
            Map.entry("confab.limits.user-burst", "10000"),
            Map.entry("confab.limits.room-messages-per-second", "10000"),
            Map.entry("confab.limits.room-burst", "10000"),
            Map.entry("confab.limits.guest-handshakes", "10000"),
            Map.entry("confab.limits.user-handshakes", "10000"),
            Map.entry("confab.limits.address-calls", "100000"),
            Map.entry("confab.admission.handshakes-per-second", "10000"),
            Map.entry("confab.admission.burst", "10000"),
            Map.entry("confab.limits.abuse", "10000"),
            Map.entry("confab.login.free-per-address", "10000"),
            Map.entry("confab.registration.free-per-address", "10000"),
            Map.entry("confab.password.iterations", "1"), // tests make hundreds of people
            Map.entry("confab.password.memory-kib", "7168"),
            Map.entry("confab.proxies", "127.0.0.1"), // a test may be a balancer that names its client's address
            Map.entry("confab.console.push", "500ms"),
            Map.entry("confab.presence.grace", "1s"),
            Map.entry("confab.typing.lifetime", "3s"),
            Map.entry("confab.admin.password", "an admin password for tests"));

    private static @Nullable ServerProcess server;

    private SharedServer() {}

    public static synchronized ServerProcess process() {
        ServerProcess running = server;
        if (running == null) {
            running = ServerProcess.start(WIDE).awaitReady();
            server = running;
        }
        return running;
    }

    public static URI base() {
        return process().base();
    }

    /** The admin, signed in. */
    public static ApiClient admin() {
        var admin = new ApiClient(base());
        admin.login("admin", "an admin password for tests");
        return admin;
    }
}
