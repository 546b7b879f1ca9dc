package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.room.MessageBody;
import io.confab.room.RoomEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TailTest {
    private static final int KIB = 1024;
    private static final int SHARE_BYTES = 16 * KIB;
    private static final int TOTAL_BYTES = 1024 * KIB;

    private final DeliverySettings settings = DeliverySettings.from(new Configuration(key -> Optional.ofNullable(
            Map.of("confab.tail.total-bytes", Integer.toString(TOTAL_BYTES)).get(key))));
    private final AtomicLong bytesOfAll = new AtomicLong();

    private Tail tail() {
        return new Tail(settings, bytesOfAll, event -> "{}");
    }

    private static void append(Tail tail, long seq, int bytes) {
        var event = new LoggedEvent(
                new RoomId("r_1"), "e1", seq, new UserId("u_1"), FakeLog.NOW, null, FakeLog.posted("text"));
        tail.append(event, "x".repeat(bytes));
    }

    @Test
    void whatCameBackIsEmptiedByALaterDeletionOfWhateverKind() {
        Tail tail = new Tail(settings, bytesOfAll, EventJson::encode);
        var body = new MessageBody("text", "alpha", "{\"text\":\"alpha\",\"type\":\"text\"}");
        var events = List.of(
                new RoomEvent.MessagePosted(null, null, null, List.of()),
                new RoomEvent.MessageRestored(1, new UserId("u_1"), body, List.of(), null),
                new RoomEvent.MessageEdited(1, body, List.of()),
                new RoomEvent.MessagesDeleted(List.of(1L), null));
        for (RoomEvent event : events) {
            var logged = new LoggedEvent(
                    new RoomId("r_1"), "e1", events.indexOf(event) + 1, new UserId("u_1"), FakeLog.NOW, null, event);
            tail.append(logged, EventJson.encode(logged));
        }

        assertThat(tail.after(0, 4, settings.chunkBytes()).toString())
                .contains("msg.restored", "msgs.deleted")
                .doesNotContain("alpha");
    }

    @Test
    void theTailsOfManyRoomsKeepTheirTotalAndASmallShareBeyondIt() {
        int rooms = 40;
        var tails = new ArrayList<Tail>();
        for (int room = 0; room < rooms; room++) {
            tails.add(tail());
        }
        for (long seq = 1; seq <= 50; seq++) {
            for (Tail tail : tails) {
                append(tail, seq, 8 * KIB);
            }
        }

        assertThat(bytesOfAll.get()).isLessThanOrEqualTo(TOTAL_BYTES + rooms * SHARE_BYTES);
        assertThat(tails)
                .allSatisfy(tail ->
                        assertThat(tail.after(49, 50, settings.chunkBytes())).hasSize(1));
    }

    @Test
    void aTailWhoseLastEventIsLargerThanItsShareKeepsNothingAndGoesOn() {
        append(tail(), 1, TOTAL_BYTES); // alone it is kept, whatever its size
        Tail late = tail();
        append(late, 1, KIB);
        append(late, 2, SHARE_BYTES + 1);

        assertThat(late.after(0, 2, settings.chunkBytes())).isEmpty();
        assertThat(late.after(1, 2, settings.chunkBytes())).isEmpty();

        append(late, 3, KIB);
        assertThat(late.after(2, 3, settings.chunkBytes())).hasSize(1);
        assertThat(late.after(1, 3, settings.chunkBytes())).isEmpty();
    }

    @Test
    void withinTheTotalATailKeepsItsOwnBytes() {
        Tail tail = tail();
        for (long seq = 1; seq <= 100; seq++) {
            append(tail, seq, 8 * KIB);
        }

        assertThat(bytesOfAll.get()).isEqualTo(512L * KIB);
        assertThat(tail.first()).isEqualTo(37);
        tail.clear();
        assertThat(bytesOfAll.get()).isZero();
        assertThat(tail.after(99, 100, settings.chunkBytes())).isEqualTo(List.of());
    }
}
