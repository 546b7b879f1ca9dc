package io.confab.log;

import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes the texts of messages out of the log and puts them back (docs/adr/0064). A deletion reaches every row that carries the
 * text: the message, its edits, its returns; what moderators take is moved to the table {@code withheld} first, what an
 * author deletes leaves that as well. The number of statements does not grow with the number of messages.
 */
final class TextChanges {
    // primary key of room_event; then index room_event_target
    private static final String KEEP_MESSAGE = "insert into withheld (room_id, target_seq, seq, body, detail, at)"
            + " select room_id, seq, seq, body, detail, cast(? as bigint) from room_event"
            + " where room_id = ? and seq = ? and body is not null";
    // the newest, edits before returns: what a reader was shown last is the last edit
    private static final String KEEP_VERSIONS = "insert into withheld (room_id, target_seq, seq, body, detail, at)"
            + " select room_id, target_seq, seq, body, detail, cast(? as bigint) from room_event"
            + " where room_id = ? and target_seq = ? and body is not null"
            + " order by case when type = 'msg.edited' then 0 else 1 end, seq desc limit ?";
    private static final String EMPTY_MESSAGE =
            "update room_event set deleted_seq = ?, body = null, detail = ? where room_id = ? and seq = ?";
    // whatever else carries the text, written by a newer version too
    private static final String EMPTY_VERSIONS = "update room_event set body = null, detail = ?"
            + " where room_id = ? and target_seq = ? and body is not null";
    private static final String FORGET = "delete from withheld where room_id = ? and target_seq = ?";
    // whoever purges takes this row first, and passes over one that is held
    private static final String HOLD =
            "update withheld set at = at where room_id = ? and target_seq = ? and seq = target_seq";
    private static final String KEPT = " from withheld w where w.room_id = room_event.room_id"
            + " and w.target_seq = ? and w.seq = room_event.seq";
    private static final String PUT_BACK =
            "update room_event set body = (select w.body" + KEPT + "), detail = (select w.detail" + KEPT + ")";
    private static final String PUT_BACK_MESSAGE =
            PUT_BACK + ", deleted_seq = null where room_id = ? and seq = ? and exists (select 1" + KEPT + ")";
    private static final String PUT_BACK_VERSIONS =
            PUT_BACK + " where room_id = ? and target_seq = ? and exists (select 1" + KEPT + ")";
    private static final String SERIALIZATION_FAILURE = "40001";

    private TextChanges() {}

    /** What becomes of a message's text. */
    sealed interface Change {
        MessageKey message();
    }

    /**
     * @param seq number of the event that takes it away, @param ts its time
     * @param kept how many of its texts are kept apart beside the first one, to be brought back perhaps; 0: none at all
     */
    record Gone(MessageKey message, long seq, Instant ts, int kept) implements Change {}

    record Back(MessageKey message) implements Change {}

    /** After the rows of the events, in their order; those of different messages at once. */
    static void write(Connection jdbc, List<Change> changes, EventWrite.Messages messages) throws SQLException {
        var gone = new ArrayList<Gone>();
        var back = new ArrayList<Back>();
        Set<MessageKey> touched = new HashSet<>();
        for (Change change : changes) {
            if (!touched.add(change.message())) {
                takeAway(jdbc, gone, messages);
                putBack(jdbc, back);
                gone.clear();
                back.clear();
                touched.clear();
                touched.add(change.message());
            }
            switch (change) {
                case Gone one -> gone.add(one);
                case Back one -> back.add(one);
            }
        }
        takeAway(jdbc, gone, messages);
        putBack(jdbc, back);
    }

    private static void takeAway(Connection jdbc, List<Gone> all, EventWrite.Messages messages) throws SQLException {
        var kept = all.stream().filter(gone -> gone.kept() > 0).toList();
        Sql.batch(jdbc, KEEP_MESSAGE, kept, TextChanges::keep);
        Sql.batch(jdbc, KEEP_VERSIONS, kept, (statement, gone) -> {
            keep(statement, gone);
            statement.setInt(4, gone.kept());
        });
        Sql.batch(jdbc, EMPTY_MESSAGE, all, (statement, gone) -> {
            statement.setLong(1, gone.seq());
            statement.setString(2, messages.emptyDetail(gone.message()));
            statement.setString(3, gone.message().room().value());
            statement.setLong(4, gone.message().seq());
        });
        Sql.batch(jdbc, EMPTY_VERSIONS, all, (statement, gone) -> {
            statement.setString(1, "{}");
            statement.setString(2, gone.message().room().value());
            statement.setLong(3, gone.message().seq());
        });
        forget(
                jdbc,
                all.stream().filter(gone -> gone.kept() == 0).map(Gone::message).toList());
    }

    private static void keep(PreparedStatement statement, Gone gone) throws SQLException {
        statement.setLong(1, gone.ts().toEpochMilli());
        statement.setString(2, gone.message().room().value());
        statement.setLong(3, gone.message().seq());
    }

    private static void putBack(Connection jdbc, List<Back> all) throws SQLException {
        allFound(Sql.batch(jdbc, HOLD, all, (statement, back) -> {
            statement.setString(1, back.message().room().value());
            statement.setLong(2, back.message().seq());
        }));
        allFound(Sql.batch(jdbc, PUT_BACK_MESSAGE, all, TextChanges::putBack));
        Sql.batch(jdbc, PUT_BACK_VERSIONS, all, TextChanges::putBack);
        forget(jdbc, all.stream().map(Back::message).toList());
    }

    private static void allFound(int[] found) throws SQLException {
        for (int rows : found) {
            if (rows != 1) { // the batch is tried again, and finds that it is too late
                throw new SQLException("a text was purged while it was brought back", SERIALIZATION_FAILURE);
            }
        }
    }

    private static void putBack(PreparedStatement statement, Back back) throws SQLException {
        long seq = back.message().seq();
        statement.setLong(1, seq);
        statement.setLong(2, seq);
        statement.setString(3, back.message().room().value());
        statement.setLong(4, seq);
        statement.setLong(5, seq);
    }

    private static void forget(Connection jdbc, List<MessageKey> messages) throws SQLException {
        Sql.batch(jdbc, FORGET, messages, (statement, message) -> {
            statement.setString(1, message.room().value());
            statement.setLong(2, message.seq());
        });
    }
}
