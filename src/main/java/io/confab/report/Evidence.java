package io.confab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.Sha256;
import io.confab.kernel.UserId;
import io.confab.kernel.Utf8;
import io.confab.room.Facts;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was reported, copied as it was: <pre>
 * {"by": "u_…", "texts": [{"seq": 5, "at": "…", "body": {…}}, {"seq": 9, …}], "cut": false}    a message and its edits, oldest first
 * {"by": "u_…", "username": "ada", "display_name": "Ada"}                                       a person
 * </pre>
 * Of a message that was edited very often, or is very large, the first text and as many of the last as there is room for.
 *
 * @param author who wrote it, or the person
 * @param textSeq number of the event whose text stood; 0: a person
 * @param textHash of what it says, without regard to case and spaces; null: no text
 */
public record Evidence(
        UserId author,
        long textSeq,
        String document,
        @Nullable String textHash) {
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private static final int MOST_EDITS = 50;
    private static final int MOST_BYTES = 256 * 1024;

    // one statement, so one moment: primary key of room_event, then room_event_target
    private static final String TEXTS = "select seq, by_id, ts, body, deleted_seq from room_event"
            + " where room_id = ? and seq = ? and type = 'msg.new' union all"
            + " (select seq, by_id, ts, body, deleted_seq from room_event"
            + " where room_id = ? and target_seq = ? and type = 'msg.edited' order by seq desc limit ?) order by 1 desc";
    private static final String PERSON = "select username, display_name from account where id = ?";

    /** One text of a message. @param body null: it was deleted while it was read */
    private record Row(
            long seq, String by, Instant at, @Nullable String body, boolean deleted) {
        static Row of(ResultSet row) throws SQLException {
            long seq = row.getLong("seq");
            String by = row.getString("by_id");
            Instant at = Instant.ofEpochMilli(row.getLong("ts"));
            String body = row.getString("body");
            return new Row(seq, by, at, body, Sql.number(row, "deleted_seq") != null);
        }

        ObjectNode json() {
            ObjectNode json = Json.object().put("seq", seq).put("at", at.toString());
            json.set("body", Json.read(String.valueOf(body)));
            return json;
        }
    }

    /** Empty: there is no such message or person, or the message was deleted. */
    static Optional<Evidence> take(Connection jdbc, Target target) throws SQLException {
        return switch (target) {
            case Target.Message message -> message(jdbc, message);
            case Target.Person person -> person(jdbc, person.user());
        };
    }

    /** Of a message that is being taken away: what it says, without what it said before. */
    static Evidence standing(Facts.Message message, long textSeq) {
        Facts.Text text = Objects.requireNonNull(message.text());
        Instant at = text.editedAt() == null ? message.ts() : text.editedAt();
        ObjectNode document = Json.object().put("by", message.by().value());
        document.putArray("texts")
                .add(new Row(textSeq, message.by().value(), at, text.body().json(), false).json());
        return new Evidence(
                message.by(),
                textSeq,
                Json.write(document.put("cut", textSeq != message.seq())),
                hash(text.body().text()));
    }

    private static Optional<Evidence> message(Connection jdbc, Target.Message message) throws SQLException {
        String room = message.room().value();
        List<Row> newestFirst =
                Sql.list(jdbc, TEXTS, Row::of, room, message.seq(), room, message.seq(), MOST_EDITS + 1);
        if (newestFirst.isEmpty()) {
            return Optional.empty();
        }
        Row first = newestFirst.getLast();
        if (first.seq() != message.seq() || first.deleted() || first.body() == null) {
            return Optional.empty();
        }
        var texts = new ArrayList<ObjectNode>();
        int bytes = Utf8.length(first.body());
        boolean cut = false;
        for (Row edit : newestFirst.subList(0, newestFirst.size() - 1)) {
            bytes += edit.body() == null ? 0 : Utf8.length(edit.body());
            boolean fits = texts.isEmpty() || (bytes <= MOST_BYTES && texts.size() < MOST_EDITS);
            if (fits && edit.body() != null) {
                texts.addFirst(edit.json());
            } else {
                cut = true;
            }
        }
        texts.addFirst(first.json());
        ObjectNode document = Json.object().put("by", first.by());
        document.putArray("texts").addAll(texts);
        return Optional.of(new Evidence(
                new UserId(first.by()),
                texts.getLast().path("seq").asLong(),
                Json.write(document.put("cut", cut)),
                hash(texts.getLast().at("/body/text").asText())));
    }

    private static @Nullable String hash(String text) {
        String plain = SPACES.matcher(text.strip().toLowerCase(Locale.ROOT)).replaceAll(" ");
        return plain.isEmpty() ? null : Sha256.hex(plain);
    }

    private static Optional<Evidence> person(Connection jdbc, UserId user) throws SQLException {
        return Sql.first(
                jdbc,
                PERSON,
                row -> new Evidence(
                        user,
                        0,
                        Json.write(Json.object()
                                .put("by", user.value())
                                .put("username", row.getString(1))
                                .put("display_name", row.getString(2))),
                        null),
                user.value());
    }

    /** A text that stood at some time. */
    public record Text(long seq, Instant at, JsonNode body) {
        /** What it says; of a body that is no text, empty. */
        public String text() {
            return body.path("text").asText();
        }
    }

    /** The texts of a document, oldest first; of a person none. */
    static List<Text> texts(JsonNode document) {
        var texts = new ArrayList<Text>();
        document.path("texts")
                .forEach(text -> texts.add(new Text(
                        text.path("seq").asLong(), Instant.parse(text.path("at").asText()), text.path("body"))));
        return texts;
    }
}
