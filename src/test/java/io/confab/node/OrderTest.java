package io.confab.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.ConnectionId;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {
    @Test
    void eachOrderIsReadAgainAsItWasWritten() {
        for (Order order : new Order[] {
            new Order.Drain(),
            new Order.Undrain(),
            new Order.SelfTest(),
            new Order.ListSockets(new UserId("u_1")),
            new Order.CloseSockets(new UserId("u_1"), null),
            new Order.CloseSockets(new UserId("u_1"), new ConnectionId("c_1")),
            new Order.LogLevel("io.confab.fanout.HeadsCheck", LogLevels.Level.TRACE, Duration.ofMinutes(60))
        }) {
            assertThat(Order.of(order.kind(), Json.read(Json.write(order.detail()))))
                    .contains(order);
        }
        assertThat(Order.of("dance", Json.object())).isEmpty();
    }

    /** A library's logger may write what nobody should read. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "org.postgresql", "io.confabulation", "io.confab.", "io.confab..log", "io.confab.x.y.z.q"})
    void onlyLoggersOfConfabAreSet(String logger) {
        assertThatThrownBy(() -> new Order.LogLevel(logger, LogLevels.Level.DEBUG, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "log_level, '{\"logger\":\"io.confab\",\"level\":\"loud\",\"minutes\":1}', 'level'",
        "log_level, '{\"logger\":\"io.confab\",\"level\":\"debug\",\"minutes\":0}', minutes",
        "log_level, '{\"logger\":\"io.confab\",\"level\":\"debug\",\"minutes\":9223372036854775807}', minutes",
        "log_level, '{\"logger\":\"io.confab\",\"level\":\"debug\"}', minutes",
        "close_sockets, '{}', user",
        "close_sockets, '{\"user\":\"u_1\",\"socket\":\"no id\"}', socket",
        "list_sockets, '{\"user\":7.5}', user"
    })
    void whatIsMissingOrWrongIsNamed(String kind, String detail, String named) {
        assertThatThrownBy(() -> Order.of(kind, Json.read(detail)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }
}
