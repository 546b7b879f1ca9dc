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
    void eachThatEndsMakesRoomForOneHoweverOftenItsEndIsTold() {
        var first = guests.opened(HERE);
        var second = guests.opened(HERE);
        guests.opened(HERE); // two handshakes at once may both have seen room

        first.leave();
        first.leave();
        assertThat(guests.hasRoom(HERE)).isFalse();
        second.leave();
        assertThat(guests.hasRoom(HERE)).isTrue();
    }

    @Test
    void allAddressesTogetherHaveAShareOfTheirOwn() {
        var one = guests.opened("192.0.2.100");
        for (int i = 1; i < 4; i++) {
            guests.opened("192.0.2.10" + i);
        }
        assertThat(guests.hasRoom(HERE)).isFalse();

        one.leave();
        one.leave();
        assertThat(guests.hasRoom(HERE)).isTrue();
        guests.opened(HERE);
        assertThat(guests.hasRoom(THERE)).isFalse();
    }
}
