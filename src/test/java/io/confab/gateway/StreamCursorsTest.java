package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.wire.BadField;
import io.confab.wire.ClientFrame.Cursor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCursorsTest {
    private static final RoomId A = new RoomId("r_a");
    private static final RoomId B = new RoomId("r_b");
    private static final RoomId C = new RoomId("r_c");
    private static final RoomId D = new RoomId("r_d");
    private static final Cursor HEAD = new Cursor(null, null);

    private static Map<RoomId, Cursor> of(@Nullable String query, @Nullable String lastEventId) throws BadField {
        return StreamCursors.of(
                query, lastEventId, limit -> Stream.of(A, B, C, D).limit(limit).toList(), 3);
    }

    @Test
    void withoutAnythingAllRoomsOfThePersonBeginAtTheirHeads() throws BadField {
        assertThat(StreamCursors.of(null, null, limit -> List.of(A, B, C), 3))
                .containsExactly(Map.entry(A, HEAD), Map.entry(B, HEAD), Map.entry(C, HEAD));
        assertThat(of("", null)).isEmpty();
    }

    @Test
    void oneRoomMoreThanHavePlacesIsNamedLastSoThatItCanBeTold() throws BadField {
        assertThat(of(null, null).keySet()).containsExactly(A, B, C, D);
        assertThat(of(null, "r_d:e1:1,r_b:e1:1,r_a:e1:1").keySet()).containsExactly(D, B, A, C);
    }

    @Test
    void roomsAreNamedWithOrWithoutAPlace() throws BadField {
        assertThat(of("r_a, r_b:e1:7,r_c::0", null))
                .containsExactly(
                        Map.entry(A, HEAD), Map.entry(B, new Cursor("e1", 7L)), Map.entry(C, new Cursor(null, 0L)));
    }

    @Test
    void theLastIdIsLaterThanThePlaceInTheAddress() throws BadField {
        assertThat(of("r_a:e1:7,r_b", "r_a:e1:9,r_c:e3:1"))
                .containsExactly(Map.entry(A, new Cursor("e1", 9L)), Map.entry(B, HEAD));
    }

    @Test
    void withoutRoomsTheLastIdComesFirstAndTheOthersBeginAtTheirHeads() throws BadField {
        assertThat(of(null, "r_b:e2:5"))
                .containsExactly(
                        Map.entry(B, new Cursor("e2", 5L)), Map.entry(A, HEAD), Map.entry(C, HEAD), Map.entry(D, HEAD));
    }

    @Test
    void ofTooManyRoomsNoneIsLeftOutInSilence() {
        assertThatThrownBy(() -> of("r_a,r_b,r_c,r_d", null))
                .asInstanceOf(InstanceOfAssertFactories.type(BadField.class))
                .extracting(BadField::refusal)
                .isInstanceOf(Refusal.TooManySubscriptions.class);
        assertThatThrownBy(() -> of(null, "r_a:e:1,r_b:e:1,r_c:e:1,r_d:e:1")).isInstanceOf(BadField.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r_a:e1",
                "r_a:e1:",
                "r_a:e1:-1",
                "r_a:e1:x",
                "r_a:e1:1:2",
                "no room!",
                ":e1:1",
                "r_a:e!:1",
                "r_a:e1:٣",
                "r_a:e1:1234567890123456789"
            })
    void whatIsNoPlaceIsBadRequest(String item) {
        assertThatThrownBy(() -> of(item, null)).isInstanceOf(BadField.class).hasMessageContaining("'rooms'");
        assertThatThrownBy(() -> of(null, item)).isInstanceOf(BadField.class).hasMessageContaining("'Last-Event-ID'");
    }
}
