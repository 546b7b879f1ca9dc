package io.confab.gateway;

import io.confab.directory.Page;
import io.confab.directory.ReadRight;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * A chunk of a room's log as the socket would have sent it: {@code {"ep":…,"events":[…],"head":H,"more":…}}. Serves the
 * socket's {@code fetch} and {@code GET …/events}. Thread-safe; reads the database.
 */
@Singleton
public class EventPages {
    /** For the frame around the events, with the longest {@code id}: the whole is no larger than a frame may be (F1). */
    private static final int AROUND_BYTES = 1_024;

    private final ReadRight right;
    private final RoomReader reader;

    @Inject
    public EventPages(ReadRight right, RoomReader reader) {
        this.right = right;
        this.reader = reader;
    }

    sealed interface Result {
        record Events(String json) implements Result {}

        record Refused(Refusal refusal) implements Result {}
    }

    Result page(UserId user, RoomId room, long after, int limit) {
        return switch (right.of(user, room)) {
            case ReadRight.Answer.MayNot no -> new Result.Refused(no.refusal());
            case ReadRight.Answer.May may -> new Result.Events(json(may.access(), room, after, limit));
        };
    }

    private String json(RoomReader.Access access, RoomId room, long after, int limit) {
        List<LoggedEvent> events = reader.events(room, after, limit, Page.BYTES - AROUND_BYTES);
        long last = events.isEmpty() ? after : events.getLast().seq();
        long head = Math.max(access.state().head(), events.isEmpty() ? 0 : last);
        var text =
                new StringBuilder("{\"ep\":\"").append(access.state().epoch()).append("\",\"events\":[");
        for (int i = 0; i < events.size(); i++) {
            text.append(i == 0 ? "" : ",").append(EventJson.encode(events.get(i)));
        }
        return text.append("],\"head\":")
                .append(head)
                .append(",\"more\":")
                .append(last < head)
                .append('}')
                .toString();
    }
}
