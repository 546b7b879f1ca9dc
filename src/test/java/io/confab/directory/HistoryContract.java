package io.confab.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pages of messages in a database: where they begin, where they end, and that no page is heavy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HistoryContract {
    private static final RoomId SMALL = new RoomId("r_small");
    private static final RoomId LARGE = new RoomId("r_large");
    private static final RoomId WIDE = new RoomId("r_wide");
    private static final int KIB = 1024;
    private static final int BODY_BYTES = 60 * KIB;

    private Database database;
    private History history;

    abstract String url();

    @BeforeAll
    void fill() {
        var settings = Map.of("confab.db.url", url());
        database = new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(settings.get(key)))));
        history = new History(database);
        for (long seq = 1; seq <= 20; seq++) {
            insert(SMALL, seq, "msg.new", "{\"text\":\"" + seq + "\",\"type\":\"text\"}");
            insert(WIDE, seq, "msg.new", "{\"text\":\"" + "\u6f22".repeat(8_000) + "\",\"type\":\"text\"}");
            insert(LARGE, seq, "msg.new", "{\"objects\":\"" + "x".repeat(BODY_BYTES) + "\",\"type\":\"x\"}");
        }
        insert(SMALL, 21, "msg.edited", "{\"text\":\"changed\",\"type\":\"text\"}");
        update("update room_event set edited_seq = 21 where room_id = ? and seq in (3, 4)", SMALL.value());
        update("update room_event set deleted_seq = 22 where room_id = ? and seq = 4", SMALL.value());
    }

    @AfterAll
    void close() {
        database.close();
    }

    private void insert(RoomId room, long seq, String type, @Nullable String body) {
        update(
                "insert into room_event (room_id, seq, type, by_id, ts, body, detail) values (?, ?, ?, 'u_1', 0, ?, '{}')",
                room.value(),
                seq,
                type,
                body);
    }

    private void update(String sql, Object... values) {
        database.transactions().write((entities, jdbc) -> {
            try (var statement = jdbc.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                return statement.executeUpdate();
            }
        });
    }

    private static List<Long> numbers(Page<History.Message> page) {
        return page.rows().stream().map(History.Message::seq).toList();
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void aPageEndsAtItsNumberOfMessagesAndSaysWhetherMoreFollow() {
        var newest = history.before(SMALL, Long.MAX_VALUE / 2, 20, 5);
        var oldest = history.before(SMALL, 6, 20, 5);
        var first = history.after(SMALL, 0, 20, 5);
        var last = history.after(SMALL, 15, 20, 5);
        var middle = history.around(SMALL, 10, 20, 4);
        var one = history.around(SMALL, 10, 20, 1);
        var whole = history.around(SMALL, 10, 20, 100);

        assertThat(numbers(newest)).isEqualTo(from(16, 20));
        assertThat(numbers(oldest)).isEqualTo(from(1, 5));
        assertThat(numbers(first)).isEqualTo(from(1, 5));
        assertThat(numbers(last)).isEqualTo(from(16, 20));
        assertThat(numbers(middle)).isEqualTo(from(8, 11));
        assertThat(numbers(one)).isEqualTo(from(10, 10));
        assertThat(numbers(whole)).isEqualTo(from(1, 20));
        assertThat(List.of(newest, oldest, first, last, middle, one, whole))
                .extracting(Page::more)
                .containsExactly(true, false, true, false, true, true, false);
    }

    @Test
    void aPageOfLargeMessagesEndsAtItsBytesAndSaysThatMoreFollow() {
        var newest = history.before(LARGE, Long.MAX_VALUE / 2, 20, 100);
        var first = history.after(LARGE, 0, 20, 100);
        var around = history.around(LARGE, 10, 20, 100);

        assertThat(numbers(newest)).isEqualTo(from(17, 20));
        assertThat(numbers(first)).isEqualTo(from(1, 4));
        assertThat(numbers(around)).isEqualTo(from(8, 11));
        assertThat(List.of(newest, first, around)).extracting(Page::more).containsOnly(true);
    }

    @Test
    void thePageOfAScriptOfThreeBytesACharacterEndsAtItsBytesToo() {
        assertThat(numbers(history.after(WIDE, 0, 20, 100))).isEqualTo(from(1, 10)); // of 24,000 bytes each
    }

    @Test
    void pagesOfLargeMessagesOneAfterAnotherGiveThemAllOnce() {
        var seen = new ArrayList<Long>();
        Page<History.Message> page;
        do {
            page = history.after(LARGE, seen.isEmpty() ? 0 : seen.getLast(), 20, 100);
            seen.addAll(numbers(page));
        } while (page.more());

        assertThat(seen).isEqualTo(from(1, 20));
    }

    private static String text(History.Message message) {
        return Json.read(String.valueOf(message.body())).path("text").asText();
    }

    @Test
    void anEditedMessageHasItsLastTextAndADeletedOneNone() {
        var rows = history.after(SMALL, 1, 20, 3).rows();

        assertThat(text(rows.get(0))).isEqualTo("2");
        assertThat(text(rows.get(1))).isEqualTo("changed");
        assertThat(rows.get(2).body()).isNull();
        assertThat(rows.get(0).editedAt()).isNull();
        assertThat(rows.get(1).editedAt()).isNotNull();
        assertThat(rows.get(2).editedAt()).isNull();
    }
}
