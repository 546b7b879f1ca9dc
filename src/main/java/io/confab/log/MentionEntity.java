package io.confab.log;

import io.confab.kernel.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

/** A standing message that mentions a person. */
@Entity
@Table(name = "room_mention")
@IdClass(MentionEntity.Key.class)
class MentionEntity {
    record Key(String user, String room, long seq) {}

    @Id
    @Column(name = "user_id")
    private String user;

    @Id
    @Column(name = "room_id")
    private String room;

    /** Number of the {@code msg.new}. */
    @Id
    @Column(name = "seq")
    private long seq;

    @SuppressWarnings("NullAway.Init") // for EclipseLink
    protected MentionEntity() {}

    MentionEntity(UserId user, MessageKey message) {
        this.user = user.value();
        this.room = message.room().value();
        this.seq = message.seq();
    }
}
