package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.presence.PresenceStatus;
import io.confab.wire.WireFixtures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PresenceTextsTest {
    private static final RoomId ROOM = new RoomId("r_9");

    @Test
    void presenceAndTypingAreWrittenByteForByte() {
        var people = new LinkedHashMap<UserId, PresenceStatus>();
        people.put(new UserId("u_2"), PresenceStatus.ONLINE);
        people.put(new UserId("u_3"), PresenceStatus.AWAY);
        var typists =
                Stream.of("u_2", "u_3", "u_4", "u_5", "u_6").map(UserId::new).toList();

        assertThat(PresenceTexts.presence(ROOM, people, 2)).isEqualTo(WireFixtures.text("out.presence"));
        assertThat(PresenceTexts.presence(ROOM, Map.of(), 1_234)).isEqualTo(WireFixtures.text("out.presence.count"));
        assertThat(PresenceTexts.typing(ROOM, typists)).isEqualTo(WireFixtures.text("out.typing"));
    }
}
