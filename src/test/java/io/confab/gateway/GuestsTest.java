package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestsTest {
    private static final String HERE = "192.0.2.1";
    private static final String THERE = "192.0.2.2";

    private final Guests guests = new Guests(GatewaySettings.from(new Configuration(
            key -> Optional.ofNullable(Map.of("confab.limits.guests-per-address", "2", "confab.limits.guests", "4")
                    .get(key)))));

    @Test
    void anAddressHasRoomUntilAsManyAreOpenAsTheLimit() {
        guests.opened(HERE);
        assertThat(guests.hasRoom(HERE)).isTrue();

        guests.opened(HERE);
        assertThat(guests.hasRoom(HERE)).isFalse();
        assertThat(guests.hasRoom(THERE)).isTrue();
    }

    @Test
    void eachThatEndsMakesRoomForOne() {
        guests.opened(HERE);
        guests.opened(HERE);
        guests.opened(HERE); // two handshakes at once may both have seen room

        guests.closed(HERE);
        assertThat(guests.hasRoom(HERE)).isFalse();
        guests.closed(HERE);
        assertThat(guests.hasRoom(HERE)).isTrue();
    }

    @Test
    void allAddressesTogetherHaveAShareOfTheirOwn() {
        for (int i = 0; i < 4; i++) {
            guests.opened("192.0.2.10" + i);
        }
        assertThat(guests.hasRoom(HERE)).isFalse();

        guests.closed("192.0.2.100");
        guests.closed("192.0.2.100"); // told twice
        assertThat(guests.hasRoom(HERE)).isTrue();
        guests.opened(HERE);
        assertThat(guests.hasRoom(THERE)).isFalse();
    }

    @Test
    void oneThatWasNotCountedMakesNoRoom() {
        guests.closed(HERE);
        guests.opened(HERE);
        guests.opened(HERE);

        assertThat(guests.hasRoom(HERE)).isFalse();
    }
}
