package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.fanout.Outbox.Mail;
import io.confab.fanout.Outbox.Post;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final Outbox outbox = new Outbox(4, 1_000);

    private boolean offered(String text, long bytes) {
        return outbox.offer(new Post("a", bytes, () -> List.of(text), List.of()));
    }

    @Test
    void itIsFullByNumber() throws InterruptedException {
        assertThat(offered("1", 1) && offered("2", 1) && offered("3", 1) && offered("4", 1))
                .isTrue();
        assertThat(offered("5", 1)).isFalse();

        assertThat(outbox.take(0)).isEqualTo(Map.of("a", new Mail(List.of("1", "2", "3", "4"), List.of())));
        assertThat(offered("6", 1)).isTrue();
    }

    @Test
    void itIsFullByBytesAndHasRoomAgainOnceTheyAreTaken() throws InterruptedException {
        assertThat(offered("1", 600)).isTrue();
        assertThat(offered("2", 401)).isFalse();
        assertThat(offered("3", 400)).isTrue();
        assertThat(offered("4", 1)).isFalse();

        assertThat(outbox.take(0)).isEqualTo(Map.of("a", new Mail(List.of("1", "3"), List.of())));
        assertThat(offered("5", 1_000)).isTrue();
    }

    @Test
    void onePostLargerThanTheBoundGoesAlone() throws InterruptedException {
        assertThat(offered("large", 5_000)).isTrue();
        assertThat(offered("small", 1)).isFalse();

        assertThat(outbox.take(0)).isEqualTo(Map.of("a", new Mail(List.of("large"), List.of())));
        assertThat(offered("small", 1)).isTrue();
    }

    @Test
    void whatCannotBeMadeToTextTakesNoRoomForEver() {
        outbox.offer(new Post(
                "a",
                600,
                () -> {
                    throw new IllegalStateException("no text");
                },
                List.of()));
        offered("behind it", 400);

        assertThatThrownBy(() -> outbox.take(0)).hasMessage("no text");

        assertThat(outbox.bytes()).isZero();
        assertThat(offered("next", 1_000)).isTrue();
    }
}
