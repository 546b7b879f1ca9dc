package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Sockets that are refused, or that vanish in the middle of a word, disturb no other connection (docs/adr/0052). */
class RoughSocketsIT {
    private final URI base = SharedServer.base();

    @Test
    void whileSocketsAreRefusedAndVanishEveryCallKeepsItsBodyAndItsCaller() throws InterruptedException {
        var alice = ApiClient.registered(base);
        String room = alice.room("private");
        var done = new AtomicBoolean();
        Thread refused = repeat(done, () -> {
            try (var socket = ChatClient.open(base, "no-token")) {
                socket.send("hello", null, Json.object());
                socket.expectClose();
            }
        });
        var bob = ApiClient.registered(base);
        Thread vanishing = repeat(done, () -> {
            var socket = ChatClient.open(base, bob.access());
            socket.send("hello", null, Json.object());
            socket.vanish();
        });

        for (int i = 0; i < 200; i++) {
            var sent = alice.post(room, "text " + i);
            var me = alice.get("api/v1/me");
            assertThat(sent.status()).as(sent.body().toString()).isEqualTo(201);
            assertThat(me.body().path("id").asText())
                    .as(me.status() + " " + me.body())
                    .isEqualTo(alice.user());
        }
        done.set(true);
        refused.join();
        vanishing.join();

        assertThat(SharedServer.process().log()).contains("Grizzly keeps no used request for the next one");
    }

    private static Thread repeat(AtomicBoolean done, Runnable rough) {
        return Thread.ofPlatform().daemon().start(() -> {
            while (!done.get()) {
                try {
                    rough.run();
                } catch (CompletionException e) {
                    // the server hung up first: that, too, is a rough end
                }
            }
        });
    }
}
