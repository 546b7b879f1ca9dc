package io.confab.log;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** From and to which number a person was in a room. */
@Entity
@Table(name = "membership_interval")
@IdClass(IntervalEntity.Key.class)
class IntervalEntity {
    record Key(String room, String user, long from) {}

    @Id
    @Column(name = "room_id")
    private String room;

    @Id
    @Column(name = "user_id")
    private String user;

    /** Number of the {@code member.joined}. */
    @Id
    @Column(name = "from_seq")
    private long from;

    @Column(name = "to_seq")
    private @Nullable Long to;

    @SuppressWarnings("NullAway.Init") // for EclipseLink
    protected IntervalEntity() {}

    /** An interval that has no end yet. */
    IntervalEntity(MemberKey key, long from) {
        this.room = key.room().value();
        this.user = key.user().value();
        this.from = from;
    }
}
