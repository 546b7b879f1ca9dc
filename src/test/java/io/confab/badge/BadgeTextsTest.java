package io.confab.badge;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Unread;
import io.confab.wire.WireFixtures;
import org.junit.jupiter.api.Test;

class BadgeTextsTest {
    @Test
    void badgeAndReadMarkerAreWrittenByteForByte() {
        var watch = new Watch(new UserId("u_2"), new RoomId("r_9"));
        watch.counted(new Unread.Counts("a1", 57, 41, 3, 1));

        assertThat(BadgeTexts.of(watch, true))
                .containsExactly(WireFixtures.text("out.read"), WireFixtures.text("out.badge"));
    }
}
