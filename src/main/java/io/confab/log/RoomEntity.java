package io.confab.log;

import io.confab.room.RoomState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A room at the end of its log. Made here; moved on only by the compare-and-set in {@link RoomRows}. */
@Entity
@Table(name = "room")
class RoomEntity {
    @Id
    @Column(name = "id")
    private String id;

    @Column(name = "epoch")
    private String epoch;

    @Column(name = "head")
    private long head;

    @Column(name = "kind")
    private String kind;

    @Column(name = "name")
    private String name;

    @Column(name = "topic")
    private String topic;

    @Column(name = "mode")
    private String mode;

    @Column(name = "slow_ms")
    private long slowMillis;

    @Column(name = "archived")
    private boolean archived;

    @Column(name = "members")
    private int members;

    @Column(name = "last_ts")
    private long lastTs;

    @Column(name = "direct_key")
    private @Nullable String directKey;

    @Column(name = "created_at")
    private long createdAt;

    @SuppressWarnings("NullAway.Init") // for EclipseLink
    protected RoomEntity() {}

    RoomEntity(RoomState state, @Nullable String directKey, Instant createdAt) {
        this.id = state.room().value();
        this.epoch = state.epoch();
        this.head = state.head();
        this.kind = state.kind().word();
        this.name = state.name();
        this.topic = state.topic();
        this.mode = state.mode().word();
        this.slowMillis = state.slowMode().toMillis();
        this.archived = state.archived();
        this.members = state.members();
        this.lastTs = state.lastTs().toEpochMilli();
        this.directKey = directKey;
        this.createdAt = createdAt.toEpochMilli();
    }
}
