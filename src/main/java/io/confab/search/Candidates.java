package io.confab.search;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Reads;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the index which messages may match. */
abstract sealed class Candidates permits PostgresCandidates, H2Candidates {
    static final String NEWEST_FIRST = " order by t.ts desc, t.room_id desc, t.seq desc limit ?";
    /** With {@link #below}. */
    static final String BELOW = "t.ts <= ? and (t.ts, t.room_id, t.seq) < (?, ?, ?)";

    /** @param words all of them; @param opened rooms beside the public ones; a room that is asked for counts as opened */
    record Wanted(
            Set<Terms.Lexeme> words,
            @Nullable UserId by,
            @Nullable RoomId room,
            @Nullable Instant from,
            Set<RoomId> opened) {
        List<String> openedIds() {
            return opened.stream().map(RoomId::value).toList();
        }
    }

    /**
     * Candidates, newest first.
     *
     * @param to when there are fewer than were asked for: what stands below it was not looked at; null: there are no more
     */
    record Stretch(List<Place> places, @Nullable Place to) {
        Stretch {
            places = List.copyOf(places);
        }
    }

    /** The newest of those below {@code place}, {@code limit} at most. */
    abstract Stretch below(Place place, Wanted wanted, int limit);

    /** A statement in the making. */
    static final class Sql {
        private final StringBuilder text;
        private final List<Object> values = new ArrayList<>();

        Sql(String begin, Object... values) {
            this.text = new StringBuilder(begin);
            this.values.addAll(List.of(values));
        }

        List<Place> run(Connection jdbc) throws SQLException {
            return run(jdbc, "", Candidates::place);
        }

        /** @param before the statement's text */
        <T> List<T> run(Connection jdbc, String before, Reads.Row<T> row) throws SQLException {
            try (var statement = jdbc.prepareStatement(before + text)) {
                for (int i = 0; i < values.size(); i++) {
                    if (values.get(i) instanceof Collection<?> ids) {
                        statement.setArray(i + 1, jdbc.createArrayOf("varchar", ids.toArray()));
                    } else {
                        statement.setObject(i + 1, values.get(i));
                    }
                }
                try (var rows = statement.executeQuery()) {
                    var all = new ArrayList<T>();
                    while (rows.next()) {
                        all.add(row.of(rows));
                    }
                    return all;
                }
            }
        }

        Sql add(String more, Object... its) {
            text.append(more);
            values.addAll(List.of(its));
            return this;
        }

        /** Conditions on a row's place and time; the first of a where clause. */
        Sql below(Place place, Wanted wanted) {
            add(BELOW, place.ts(), place.ts(), place.room().value(), place.seq());
            return wanted.from() == null
                    ? this
                    : add(" and t.ts >= ?", wanted.from().toEpochMilli());
        }

        Sql by(Wanted wanted) {
            return wanted.by() == null
                    ? this
                    : add(" and t.by_id = ?", wanted.by().value());
        }

        Sql inRoom(Wanted wanted) {
            return wanted.room() == null
                    ? this
                    : add(" and t.room_id = ?", wanted.room().value());
        }

        /** Only what the caller may read. */
        Sql readable(Wanted wanted) {
            Collection<String> opened = wanted.openedIds();
            return wanted.room() != null
                    ? this
                    : add(" and (t.is_public or t.room_id = any(cast(? as varchar array)))", opened);
        }
    }

    static Place place(ResultSet row) throws SQLException {
        return new Place(row.getLong("ts"), new RoomId(row.getString("room_id")), row.getLong("seq"));
    }
}
