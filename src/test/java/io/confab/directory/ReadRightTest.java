package io.confab.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.RoomState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadRightTest {
    private static final RoomId ROOM = new RoomId("r_1");
    private static final UserId ANN = new UserId("u_ann");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void banInAPrivateRoomIsNotToldToSomebodyWhoIsNoMember() {
        assertThat(refusal(RoomKind.PRIVATE, null, Membership.FOREVER)).isEqualTo(ReadRight.noSuchRoom());
    }

    @Test
    void banIsToldToAMemberAndInAPublicRoom() {
        assertThat(refusal(RoomKind.PRIVATE, RoomRole.MEMBER, Membership.FOREVER))
                .isInstanceOf(Refusal.Banned.class);
        assertThat(refusal(RoomKind.PUBLIC, null, Membership.FOREVER)).isInstanceOf(Refusal.Banned.class);
    }

    @Test
    void strangerMayJoinAPublicRoomAndDoesNotKnowAPrivateOne() {
        assertThat(refusal(RoomKind.PUBLIC, null, null)).isInstanceOf(Refusal.NotMember.class);
        assertThat(refusal(RoomKind.PRIVATE, null, null)).isEqualTo(ReadRight.noSuchRoom());
    }

    private static Refusal refusal(RoomKind kind, @Nullable RoomRole role, @Nullable Instant bannedUntil) {
        var state = new RoomState(ROOM, "e", 3, kind, "room", "", RoomMode.OPEN, Duration.ZERO, false, 2, NOW);
        var access = new RoomReader.Access(
                state, new Membership(ANN, role, null, bannedUntil, null), GlobalRole.USER, false);
        var right = new ReadRight(new OneRoom(access), Clock.fixed(NOW, ZoneOffset.UTC));
        return ((ReadRight.Answer.MayNot) right.of(ANN, ROOM)).refusal();
    }

    private record OneRoom(RoomReader.Access found) implements RoomReader {
        @Override
        public Optional<Head> head(RoomId room) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<RoomId, Head> heads(Collection<RoomId> rooms) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LoggedEvent> events(RoomId room, long after, int limit, int maxBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Access> access(RoomId room, UserId user) {
            return Optional.of(found);
        }
    }
}
