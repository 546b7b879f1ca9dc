package io.confab.moderation;

import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All invites, for admins, without their codes, which nobody has but who got them. Thread-safe. */
@Singleton
public class InviteList {
    private static final int ENOUGH = Slice.MOST + 1;
    private static final String ROWS = "select i.code_hash, i.created_by, b.username as by_name, i.created_at,"
            + " i.expires_at, i.revoked_at, i.used_by, u.username as used_name from invite i"
            + " left join account b on b.id = i.created_by left join account u on u.id = i.used_by";

    private final Reads reads;

    @Inject
    public InviteList(Database database) {
        this.reads = database.reads();
    }

    /** What became of an invite. */
    public enum Standing {
        OPEN,
        USED,
        REVOKED,
        EXPIRED
    }

    /**
     * @param id what is stored of its code
     * @param usedBy null: nobody has registered with it
     * @param revokedAt null: not taken back
     */
    public record Row(
            String id,
            UserId by,
            @Nullable String byName,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable UserId usedBy,
            @Nullable String usedByName) {
        public Standing standingAt(Instant now) {
            if (usedBy != null) {
                return Standing.USED;
            }
            if (revokedAt != null) {
                return Standing.REVOKED;
            }
            return now.isBefore(expiresAt) ? Standing.OPEN : Standing.EXPIRED;
        }
    }

    /** The newest first, by index invite_created. @param limit at most 100 */
    public Slice<Row> page(int offset, int limit) {
        int counted = reads.first(
                        "select count(*) from (select code_hash from invite limit " + ENOUGH + ") as found",
                        row -> row.getInt(1))
                .orElseThrow();
        var rows = reads.list(
                ROWS + " order by i.created_at desc, i.code_hash limit ? offset ?",
                InviteList::row,
                Math.clamp(limit, 1, 100),
                Math.clamp(offset, 0, Slice.MOST));
        return Slice.of(rows, counted);
    }

    public Optional<Row> find(String id) {
        return reads.first(ROWS + " where i.code_hash = ?", InviteList::row, id);
    }

    private static Row row(ResultSet row) throws SQLException {
        String usedBy = row.getString("used_by");
        return new Row(
                row.getString("code_hash"),
                new UserId(row.getString("created_by")),
                row.getString("by_name"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                RoomMembers.instant(row, "revoked_at"),
                usedBy == null ? null : new UserId(usedBy),
                row.getString("used_name"));
    }
}
