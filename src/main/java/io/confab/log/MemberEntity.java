package io.confab.log;

import io.confab.room.Membership;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a room knows of a person: the projection of its member and sanction events. */
@Entity
@Table(name = "room_member")
@IdClass(MemberEntity.Key.class)
class MemberEntity {
    record Key(String room, String user) {}

    @Id
    @Column(name = "room_id")
    private String room;

    @Id
    @Column(name = "user_id")
    private String user;

    @Column(name = "role")
    private @Nullable String role;

    @Column(name = "joined_seq")
    private @Nullable Long joinedSeq;

    @Column(name = "muted_until")
    private @Nullable Long mutedUntil;

    @Column(name = "banned_until")
    private @Nullable Long bannedUntil;

    @Column(name = "last_sent_at")
    private @Nullable Long lastSentAt;

    @SuppressWarnings("NullAway.Init") // for EclipseLink
    protected MemberEntity() {}

    MemberEntity(MemberKey key, Membership membership, @Nullable Long joinedSeq) {
        this.room = key.room().value();
        this.user = key.user().value();
        this.role = membership.role() == null ? null : membership.role().word();
        this.joinedSeq = joinedSeq;
        this.mutedUntil = millis(membership.mutedUntil());
        this.bannedUntil = millis(membership.bannedUntil());
        this.lastSentAt = millis(membership.lastSentAt());
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
