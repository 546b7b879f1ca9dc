package io.confab.node;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.node.Delivery.Member;
import io.confab.node.Delivery.Message;
import io.confab.node.Delivery.Readers;
import io.confab.store.Database;
import io.confab.store.Reads;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the database has of the delivery of a message. Each statement goes by primary keys. Thread-safe. */
final class DeliveryRows {
    /** In larger rooms readers are not counted: each member is one look-up. */
    static final int MOST_COUNTED = 10_000;

    private static final String MESSAGE = "select e.by_id, e.ts, e.deleted_seq, r.epoch, r.members from room_event e"
            + " join room r on r.id = e.room_id where e.room_id = ? and e.seq = ? and e.type = 'msg.new'";
    private static final String MARKERS = " left join read_marker k on k.user_id = m.user_id and k.room_id = m.room_id";
    private static final String READERS =
            "select count(*), count(case when k.seq >= ? then 1 end) from room_member m" + MARKERS
                    + " where m.room_id = ? and m.role is not null and m.user_id <> ? and coalesce(m.joined_seq, 0) <= ?";
    private static final String MEMBER = "select a.id, a.username, a.display_name, m.role, m.joined_seq, k.seq from ";
    private static final String MEMBERS = MEMBER + "room_member m join account a on a.id = m.user_id" + MARKERS
            + " where m.room_id = ? and m.role is not null and m.user_id > ? order by m.user_id limit ?";
    private static final String ONE = MEMBER + "account a left join room_member m on m.room_id = ? and m.user_id = a.id"
            + " left join read_marker k on k.user_id = a.id and k.room_id = ? where a.id = ?";

    private final Reads reads;

    DeliveryRows(Database database) {
        this.reads = database.reads();
    }

    /** @param members of its room */
    record Found(Message message, int members) {}

    Optional<Found> message(RoomId room, long seq) {
        return reads.first(
                MESSAGE,
                row -> {
                    boolean deleted = row.getObject("deleted_seq") != null;
                    return new Found(
                            new Message(
                                    room,
                                    row.getString("epoch"),
                                    seq,
                                    new UserId(row.getString("by_id")),
                                    Instant.ofEpochMilli(row.getLong("ts")),
                                    deleted),
                            row.getInt("members"));
                },
                room.value(),
                seq);
    }

    @Nullable
    Readers readers(Found found) {
        Message message = found.message();
        return found.members() > MOST_COUNTED
                ? null
                : reads.first(
                                READERS,
                                row -> new Readers(row.getInt(2), row.getInt(1)),
                                message.seq(),
                                message.room().value(),
                                message.by().value(),
                                message.seq())
                        .orElseThrow();
    }

    /** Members behind {@code after}, by id. */
    List<Member> members(Message message, String after, int limit) {
        return reads.list(MEMBERS, row -> member(row, message), message.room().value(), after, limit);
    }

    /** Whether member or not; empty: there is no such account. */
    List<Member> one(Message message, UserId user) {
        String room = message.room().value();
        return reads.list(ONE, row -> member(row, message), room, room, user.value());
    }

    private static Member member(ResultSet row, Message message) throws SQLException {
        return new Member(
                new UserId(row.getString("id")),
                row.getString("username"),
                row.getString("display_name"),
                row.getString("role"),
                row.getLong("joined_seq") > message.seq(),
                row.getLong(6) >= message.seq(),
                List.of());
    }
}
