package io.confab.search;

import io.confab.search.Candidates.Sql;
import io.confab.search.Candidates.Wanted;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What PostgreSQL is asked: each so that it can be answered through one index only, whenever it was planned. */
final class PostgresQuestions {
    /** Two to this power of milliseconds, a day and a half; as in V019. */
    static final int PERIOD = 27;

    private static final String OF_NEWEST = "select t.ts, t.room_id, t.seq, t.n, ";
    private static final String NUMBERED =
            " as hit from (select t.*, row_number() over (order by t.ts desc, t.room_id desc,"
                    + " t.seq desc) as n from (select t.* from message_text t where ";
    /** What index message_text_words holds of a row, to the letter: words begin with the period of their message. */
    static final String INDEXED =
            "cast(replace(replace(replace(' ' || cast(words as text), ' ''', ' ''' || cast(ts >> 27 as text)"
                    + " || '~'), cast(ts >> 27 as text) || '~@', '@'), cast(ts >> 27 as text) || '~#', '#') as tsvector)";

    private static final String BY_WORDS = "select t.ts, t.room_id, t.seq from message_text t where " + INDEXED
            + " @@ any (cast(cast(? as varchar array) as tsquery array))";
    /** Sums, so that no other index than that of the words (message_text_words) can serve, nor its order. */
    private static final String BELOW_BY_WORDS = " and (t.ts + 0, t.room_id, t.seq) < (?, ?, ?)";

    private static final String SINCE_BY_WORDS = " and t.ts + 0 >= ?";
    private static final String NEWEST_BY_WORDS = " order by t.ts + 0 desc, t.room_id desc, t.seq desc limit ?";

    /** Else rows believed to be few are all fetched and sorted. */
    private static final String IN_ORDER_OF_AN_INDEX = "set local enable_bitmapscan = off; set local enable_sort = off";

    private PostgresQuestions() {}

    /** For the transaction. */
    static void keepTheOrder(Connection jdbc) throws SQLException {
        try (var statement = jdbc.createStatement()) {
            statement.execute(IN_ORDER_OF_AN_INDEX);
        }
    }

    /** Those that match, and the last that was looked at; by index message_text_by, the primary key or message_text_ts, backwards. */
    static Sql amongNewest(Place place, Wanted wanted, int newest, int limit) {
        Sql sql = matching(new Sql(OF_NEWEST), wanted).add(NUMBERED).below(place, wanted);
        if (wanted.by() != null) {
            sql.by(wanted);
        } else {
            sql.inRoom(wanted);
        }
        sql.add(Candidates.NEWEST_FIRST + ") t) t where ", newest);
        return matching(sql, wanted).add(" or t.n = ?" + Candidates.NEWEST_FIRST, newest, limit);
    }

    private static Sql matching(Sql sql, Wanted wanted) {
        sql.add("(true").inRoom(wanted).readable(wanted);
        if (!wanted.words().isEmpty()) {
            sql.add(" and t.words @@ cast(? as tsquery)", tsquery(words(wanted, "")));
        }
        return sql.add(")");
    }

    /** @param first period, and {@code last} */
    static Sql byWords(Place place, Wanted wanted, long first, long last, int limit) {
        Sql sql = new Sql(
                BY_WORDS,
                LongStream.rangeClosed(first, last)
                        .mapToObj(period -> tsquery(everything(wanted, period + "~")))
                        .distinct() // without words they are all the same
                        .toList());
        sql.add(BELOW_BY_WORDS, place.ts(), place.room().value(), place.seq());
        long since = wanted.from() == null ? 0 : wanted.from().toEpochMilli();
        sql.add(SINCE_BY_WORDS, Math.max(since, first << PERIOD)); // a room's or a person's lexeme has no period
        return sql.add(NEWEST_BY_WORDS, limit);
    }

    private static Stream<String> words(Wanted wanted, String prefix) {
        return wanted.words().stream().map(word -> quoted(prefix + word.word()) + (word.open() ? ":*" : ""));
    }

    private static Stream<String> everything(Wanted wanted, String prefix) {
        var all = new ArrayList<String>();
        words(wanted, prefix).forEach(all::add);
        if (wanted.by() != null) {
            all.add(quoted(IndexRows.person(wanted.by().value())));
        }
        if (wanted.room() != null) {
            all.add(quoted(IndexRows.room(wanted.room().value())));
        } else {
            all.add(Stream.concat(
                            Stream.of(prefix + IndexRows.anyPublicRoom()),
                            wanted.openedIds().stream().map(IndexRows::room))
                    .map(PostgresQuestions::quoted)
                    .collect(Collectors.joining(" | ", "(", ")")));
        }
        return all.stream();
    }

    private static String tsquery(Stream<String> all) {
        return all.collect(Collectors.joining(" & "));
    }

    /** Of letters, digits and marks, or an id: nothing in it ends the quotes. */
    private static String quoted(String word) {
        return "'" + word + "'";
    }
}
