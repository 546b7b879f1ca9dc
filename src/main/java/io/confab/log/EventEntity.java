package io.confab.log;

import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.room.MessageBody;
import io.confab.room.RoomEvent;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** One event of a room's log; for a {@code msg.new} also the message. Written once; only redaction and pointers change it. */
@Entity
@Table(name = "room_event")
@IdClass(EventEntity.Key.class)
class EventEntity {
    record Key(String room, long seq) {}

    @Id
    @Column(name = "room_id")
    private String room;

    @Id
    @Column(name = "seq")
    private long seq;

    @Column(name = "type")
    private String type;

    @Column(name = "by_id")
    private String by;

    @Column(name = "ts")
    private long ts;

    @Column(name = "cid")
    private @Nullable String cid;

    @Column(name = "request_mac")
    private @Nullable String requestMac;

    @Column(name = "target_seq")
    private @Nullable Long target;

    @Column(name = "body")
    private @Nullable String body;

    @Column(name = "detail")
    private String detail;

    @SuppressWarnings("NullAway.Init") // for EclipseLink
    protected EventEntity() {}

    /** @param requestMac keyed hash of the command's request, on its first event */
    EventEntity(LoggedEvent logged, @Nullable String requestMac) {
        RoomEvent event = logged.event();
        MessageBody stored = EventJson.bodyOf(event);
        this.room = logged.room().value();
        this.seq = logged.seq();
        this.type = event.type();
        this.by = logged.by().value();
        this.ts = logged.ts().toEpochMilli();
        this.cid = logged.cid();
        this.requestMac = requestMac;
        this.target = EventJson.target(event);
        this.body = stored == null ? null : stored.json();
        this.detail = EventJson.detail(event);
    }
}
