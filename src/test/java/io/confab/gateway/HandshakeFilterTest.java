package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandshakeFilterTest {
    private static Optional<String> token(String path, String header, String... lines) {
        return HandshakeFilter.token(
                new FakeExchange("GET", path, "192.0.2.1", Map.of(header, List.of(lines))).request());
    }

    @Test
    void theTokenOfASocketMayStandInAnyLineOfItsProtocols() {
        for (String[] lines : new String[][] {
            {"chat.v1.json, bearer.abc"},
            {"bearer.abc,chat.v1.json"},
            {"chat.v1.json", "bearer.abc"},
            {"a , b", " bearer.abc "}
        }) {
            assertThat(token("/ws/v1", "Sec-WebSocket-Protocol", lines))
                    .as(String.join(" | ", lines))
                    .hasValue("abc");
        }
        assertThat(token("/ws/v1", "Sec-WebSocket-Protocol", "chat.v1.json")).isEmpty();
        assertThat(token("/ws/v1", "Sec-WebSocket-Protocol")).isEmpty();
    }

    @Test
    void theTokenOfAStreamStandsInAuthorizationAndNowhereElse() {
        assertThat(token("/api/v1/stream", "Authorization", "Bearer abc")).hasValue("abc");
        assertThat(token("/api/v1/stream", "Sec-WebSocket-Protocol", "bearer.abc"))
                .isEmpty();
    }
}
