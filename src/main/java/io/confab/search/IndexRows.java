package io.confab.search;

import io.confab.room.RoomKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rows of the index: {@code message_text}, whose words are a column under a GIN index on PostgreSQL and rows of
 * {@code message_word} on H2. On PostgreSQL the words say also by whom and where a message is, so that one look-up
 * serves all that is asked together.
 */
final class IndexRows {
    private static final String PUBLIC = "!public";
    private static final String INSERT =
            "insert into message_text (room_id, ts, seq, by_id, is_public) values (?, ?, ?, ?, ?)";
    private static final String INSERT_WITH_WORDS =
            "insert into message_text (room_id, ts, seq, by_id, is_public, words)"
                    + " values (?, ?, ?, ?, ?, array_to_tsvector(cast(? as text array)))";
    private static final String INSERT_WORD = "insert into message_word (word, room_id, ts, seq) values (?, ?, ?, ?)";
    // primary key
    private static final String DELETE = "delete from message_text where room_id = ? and ts = ? and seq = ?";
    // index message_word_message
    private static final String DELETE_WORDS = "delete from message_word where room_id = ? and ts = ? and seq = ?";

    private final boolean postgres;

    IndexRows(boolean postgres) {
        this.postgres = postgres;
    }

    static String person(String id) {
        return "@" + id;
    }

    static String room(String id) {
        return "#" + id;
    }

    static String anyPublicRoom() {
        return PUBLIC;
    }

    /** @param replaced messages that may be in the index with another text; @param added those that are not */
    void replace(Connection jdbc, List<Standing.Message> replaced, List<Standing.Message> added) throws SQLException {
        delete(jdbc, DELETE, replaced);
        if (!postgres) {
            delete(jdbc, DELETE_WORDS, replaced);
        }
        var texts = new ArrayList<>(replaced);
        texts.addAll(added);
        texts.removeIf(message -> message.text() == null);
        if (!texts.isEmpty()) {
            insert(jdbc, texts);
        }
    }

    private static void delete(Connection jdbc, String sql, List<Standing.Message> messages) throws SQLException {
        if (messages.isEmpty()) {
            return;
        }
        try (var statement = jdbc.prepareStatement(sql)) {
            for (Standing.Message message : messages) {
                key(statement, 1, message);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void insert(Connection jdbc, List<Standing.Message> messages) throws SQLException {
        try (var statement = jdbc.prepareStatement(postgres ? INSERT_WITH_WORDS : INSERT)) {
            for (Standing.Message message : messages) {
                key(statement, 1, message);
                statement.setString(4, message.by().value());
                statement.setBoolean(5, message.kind() == RoomKind.PUBLIC);
                if (postgres) {
                    statement.setArray(
                            6, jdbc.createArrayOf("text", allWords(message).toArray()));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
        if (!postgres) {
            insertWords(jdbc, messages);
        }
    }

    private static Set<String> allWords(Standing.Message message) {
        Set<String> words = words(message);
        words.add(person(message.by().value()));
        words.add(room(message.key().room().value()));
        if (message.kind() == RoomKind.PUBLIC) {
            words.add(PUBLIC);
        }
        return words;
    }

    private static Set<String> words(Standing.Message message) {
        return Words.lexemes(Words.of(String.valueOf(message.text())));
    }

    private static void insertWords(Connection jdbc, List<Standing.Message> messages) throws SQLException {
        try (var statement = jdbc.prepareStatement(INSERT_WORD)) {
            for (Standing.Message message : messages) {
                for (String word : words(message)) {
                    statement.setString(1, word);
                    key(statement, 2, message);
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static void key(PreparedStatement statement, int first, Standing.Message message) throws SQLException {
        statement.setString(first, message.key().room().value());
        statement.setLong(first + 1, message.at().toEpochMilli());
        statement.setLong(first + 2, message.key().seq());
    }
}
