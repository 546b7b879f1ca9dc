package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ListeningSockets;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerStartIT {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void listensOnItsOwnPortOfTheLoopbackAddressAndNowhereElse() throws IOException, InterruptedException {
        try (var server = ServerProcess.start(Map.of()).awaitReady()) {
            assertThat(ListeningSockets.of(server.pid())).containsExactly(ListeningSockets.loopback(server.port()));
            assertThat(get(server, "health/ready").body()).contains("\"UP\"");
            assertThat(get(server, "health/live").statusCode()).isEqualTo(200);
            assertThat(get(server, "server-metrics").statusCode()).isNotEqualTo(200);
            assertThat(get(server, "health").headers().map()).doesNotContainKeys("server", "x-powered-by");
        }
    }

    @Test
    void startsOnPostgresByItsUrlAlone() throws IOException, InterruptedException {
        String url = PostgresServer.shared().freshDatabase();

        try (var server = ServerProcess.start(Map.of("confab.db.url", url)).awaitReady()) {
            assertThat(get(server, "health/ready").statusCode()).isEqualTo(200);

            server.sigterm();

            server.awaitEnd(Duration.ofSeconds(30));
        }
    }

    private HttpResponse<String> get(ServerProcess server, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.base().resolve(path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
