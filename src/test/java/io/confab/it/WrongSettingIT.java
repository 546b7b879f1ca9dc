package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.it.support.ServerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A wrong setting stops the start, also one that nobody would ask for before the first request. */
class WrongSettingIT {
    @Test
    void wrongValueOfTheDoorsStopsTheDeploymentBeforeTheDatabaseIsOpened() throws IOException, InterruptedException {
        var wrong = Map.of("confab.limits.page-size", "0");

        try (var server = ServerProcess.start(wrong)) {
            assertThatThrownBy(server::awaitReady)
                    .hasMessageContaining("the deployment failed")
                    .hasMessageContaining("setting confab.limits.page-size has the value '0';"
                            + " allowed: a whole number from 1 to 1000");
            assertThat(readiness(server)).isNotEqualTo(200);
            assertThat(server.folder().resolve("confab.mv.db")).doesNotExist();
        }
    }

    private static int readiness(ServerProcess server) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(server.base().resolve("health/ready")).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
