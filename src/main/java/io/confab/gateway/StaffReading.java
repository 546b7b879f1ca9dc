package io.confab.gateway;

import io.confab.directory.ReadRight;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.moderation.ConfidentialReading;
import io.confab.moderation.RoomList;
import io.confab.moderation.StaffMember;
import io.confab.wire.BadField;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Rooms that staff read by a call: a private one takes a reason, which is an audit line for each call. */
@Singleton
public class StaffReading {
    private final RoomList rooms;
    private final ConfidentialReading reading;

    @Inject
    public StaffReading(RoomList rooms, ConfidentialReading reading) {
        this.rooms = rooms;
        this.reading = reading;
    }

    /** The room, which may be read now. @throws Refused when there is none, or it may not be read */
    RoomList.Row open(StaffMember reader, RoomId room, @Nullable String why) throws BadField {
        RoomList.Row found = rooms.find(room).orElseThrow(() -> new Refused(ReadRight.noSuchRoom()));
        if (!found.isConfidential()) {
            return found;
        }
        if (why == null) {
            throw new BadField(new Refusal.BadRequest("'reason' must say why you read a private room"));
        }
        return switch (reading.open(reader, room, why)) {
            case Outcome.Done<RoomId> ignored -> found;
            case Outcome.Refused<RoomId>(Refusal refusal) -> throw new Refused(refusal);
        };
    }
}
