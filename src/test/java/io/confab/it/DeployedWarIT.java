package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ArquillianServer;
import io.confab.it.support.ChatClient;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The WAR as it is shipped, deployed by somebody else: what must work at the least, seen from outside. */
@ExtendWith(ArquillianServer.class)
@ArquillianTest
@RunAsClient
class DeployedWarIT {
    @Deployment(testable = false)
    static WebArchive war() {
        return ArquillianServer.war();
    }

    @Test
    void theServerSaysThatItIsReady() {
        var health = new ApiClient(ArquillianServer.base()).get("health/ready");

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.body().path("status").asText()).isEqualTo("UP");
    }

    @Test
    void twoPeopleRegisterAndChat() {
        var alice = ApiClient.registered(ArquillianServer.base());
        var bob = ApiClient.registered(ArquillianServer.base());
        String room = alice.room("public");
        assertThat(bob.join(room).status()).isEqualTo(200);

        try (var a = ChatClient.connect(alice, room);
                var b = ChatClient.connect(bob, room)) {
            long seq = a.posts(room, "hi").path("seq").asLong();

            assertThat(b.expectEvent(room, seq).at("/d/body/text").asText()).isEqualTo("hi");
            JsonNode history = bob.get("api/v1/rooms/" + room + "/messages").body();
            assertThat(history.path("messages")).hasSize(1);
            assertThat(history.at("/messages/0/seq").asLong()).isEqualTo(seq);
            assertThat(history.at("/messages/0/body/text").asText()).isEqualTo("hi");
        }
    }

    @Test
    void theConsoleAsksWhoComes() {
        var page = new ApiClient(ArquillianServer.base()).get("admin/signin");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.raw().body()).contains("Username", "Password", "Sign in");
    }
}
