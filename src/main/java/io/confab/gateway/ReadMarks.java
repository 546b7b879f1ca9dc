package io.confab.gateway;

import io.confab.badge.Mark;
import io.confab.directory.ReadRight;
import io.confab.fanout.ReadTopic;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.ReadMarkers;
import io.confab.room.RoomState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code read}, over the socket and over HTTP: moves a person's marker in a room and, if it moved, tells their other devices.
 * Thread-safe; reads the database.
 */
@Singleton
public class ReadMarks {
    private static final Refusal AWAY =
            new Refusal.Unavailable("the database is away; try again", Duration.ofSeconds(1));

    private final ReadRight right;
    private final ReadMarkers markers;
    private final ReadTopic topic;

    @Inject
    public ReadMarks(ReadRight right, ReadMarkers markers, ReadTopic topic) {
        this.right = right;
        this.markers = markers;
        this.topic = topic;
    }

    sealed interface Result {
        /** @param seq where the marker stands now */
        record Marked(long seq) implements Result {}

        record Refused(Refusal refusal) implements Result {}
    }

    /**
     * Completes once it is stored, on a thread that must not be blocked.
     *
     * @param seq beyond the head means the head
     * @param from the connection that said it, which is not told
     */
    CompletionStage<Result> mark(UserId user, RoomId room, long seq, ConnectionId from) {
        return switch (right.of(user, room)) {
            case ReadRight.Answer.MayNot no -> CompletableFuture.completedStage(new Result.Refused(no.refusal()));
            case ReadRight.Answer.May(var access) -> {
                RoomState state = access.state();
                yield markers.read(user, room, Math.min(seq, state.head())).handle((marker, failure) -> {
                    if (failure != null) {
                        return new Result.Refused(AWAY);
                    }
                    if (marker.moved()) {
                        // a later read of another device may have been stored with it
                        long head = Math.max(state.head(), marker.seq());
                        topic.marked(new Mark(user, room, state.epoch(), marker.seq(), head, from));
                    }
                    return new Result.Marked(marker.seq());
                });
            }
        };
    }
}
