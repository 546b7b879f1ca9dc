package io.confab.search;

import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Words that are everywhere are found by going back in time, words that are seldom by the index of words, and none of both
 * depends on what the planner believes of them: first the newest rows of the time, the person or the room are looked
 * at, a bounded number; only when they hold too few hits the index of words is asked, which knows persons, rooms and periods of time
 * too, for one period, then for four before it, sixteen before those, and so on: however many messages there are, only those
 * of a few more than a page are read.
 */
final class PostgresCandidates extends Candidates {
    /** A word that one message in 200 has fills a page from so many; fewer, and a period might have to give very many. */
    static final int NEWEST = 5_000;

    /** Two to this power of milliseconds, a day and a half; as in V019. */
    static final int PERIOD = 27;

    private static final int TIMES_MORE = 4;
    /** A year: what one statement names has a bound. */
    private static final int MOST_PERIODS = 256;

    private static final String OF_NEWEST = "select t.ts, t.room_id, t.seq, t.n, ";
    private static final String NUMBERED = " as hit from (select t.*, row_number() over (order by t.ts desc, t.room_id desc,"
            + " t.seq desc) as n from (select t.* from message_text t where ";
    /** What index message_text_words holds of a row, to the letter: words begin with the period of their message. */
    static final String INDEXED = "cast(replace(replace(replace(' ' || cast(words as text), ' ''', ' ''' || cast(ts >> 27 as text)"
            + " || '~'), cast(ts >> 27 as text) || '~@', '@'), cast(ts >> 27 as text) || '~#', '#') as tsvector)";

    private static final String BY_WORDS = "select t.ts, t.room_id, t.seq from message_text t where " + INDEXED
            + " @@ any (cast(cast(? as varchar array) as tsquery array))";
    /** Sums, so that no other index than that of the words (message_text_words) can serve, nor its order. */
    private static final String BELOW_BY_WORDS = " and (t.ts + 0, t.room_id, t.seq) < (?, ?, ?)";

    private static final String SINCE_BY_WORDS = " and t.ts + 0 >= ?";
    private static final String NEWEST_BY_WORDS = " order by t.ts + 0 desc, t.room_id desc, t.seq desc limit ?";
    private static final String OLDEST = "select ts from message_text order by ts limit 1"; // index message_text_ts

    /** Else rows believed to be few are all fetched and sorted. */
    private static final String IN_ORDER_OF_AN_INDEX = "set local enable_bitmapscan = off; set local enable_sort = off";

    private final Reads reads;
    private final Transactions transactions;
    private final Limits limits;

    /**
     * @param newest rows that are looked at first
     * @param patience after which the index of words is not asked again
     * @param longest after which a question to it is given up
     */
    record Limits(int newest, Duration patience, Duration longest) {
        static final Limits USUAL = new Limits(NEWEST, Duration.ofMillis(300), Duration.ofSeconds(1));
    }

    PostgresCandidates(Database database) {
        this(database, Limits.USUAL);
    }

    PostgresCandidates(Database database, Limits limits) {
        this.reads = database.reads();
        this.transactions = database.transactions();
        this.limits = limits;
    }

    @Override
    Stretch below(Place place, Wanted wanted, int limit) {
        long begun = System.nanoTime();
        Newest newest = newest(place, wanted, limit);
        return newest.places().size() == limit || newest.end().isEmpty()
                ? new Stretch(newest.places(), null)
                : older(new Search(place, wanted, limit, begun), newest);
    }

    private record Search(Place from, Wanted wanted, int limit, long begunNanos) {}

    /** @param end when the last of the rows that were looked at is from; empty: there are no more, or enough were found */
    private record Newest(List<Place> places, OptionalLong end) {}

    /** A row among the newest. @param number the first has 1 */
    private record Looked(Place place, long number, boolean hit) {}

    private Newest newest(Place place, Wanted wanted, int limit) {
        Sql backwards = amongNewest(place, wanted, limits.newest(), limit);
        List<Looked> looked = transactions.read((em, jdbc) -> {
            keepTheOrder(jdbc);
            return backwards.run(
                    jdbc, "", row -> new Looked(place(row), row.getLong("n"), row.getBoolean("hit")));
        });
        List<Place> places = looked.stream().filter(Looked::hit).map(Looked::place).toList();
        OptionalLong end = looked.stream()
                .filter(row -> row.number() == limits.newest())
                .mapToLong(row -> row.place().ts())
                .findFirst();
        return new Newest(places, end);
    }

    /** By the index of words, as far as it takes not too long. */
    private Stretch older(Search search, Newest newest) {
        long end = newest.end().orElseThrow();
        long oldest = period(oldest(search.wanted()));
        var found = new ArrayList<>(newest.places());
        found.removeIf(place -> place.ts() <= end); // of that moment not all were looked at: it is asked for again
        Place to = end < search.from().ts() ? before(end + 1) : search.from();
        long last = period(end);
        for (int periods = 1; last >= oldest; periods = Math.min(periods * TIMES_MORE, MOST_PERIODS)) {
            long first = Math.max(oldest, last - periods + 1);
            try {
                found.addAll(ask(byWords(to, search.wanted(), first, last, search.limit() - found.size())));
            } catch (StoreFailure.Unavailable e) {
                if (to.ts() >= search.from().ts()) {
                    throw e; // nothing is gained
                }
                return new Stretch(found, to);
            }
            to = before(first << PERIOD);
            last = first - 1;
            boolean late = System.nanoTime() - search.begunNanos() > limits.patience().toNanos();
            if (found.size() == search.limit() || (late && last >= oldest)) {
                return new Stretch(found, to);
            }
        }
        return new Stretch(found, null);
    }

    private static long period(long ts) {
        return ts >> PERIOD;
    }

    private static Place before(long ts) {
        return new Place(ts, Place.FIRST_ROOM, 0);
    }

    private long oldest(Wanted wanted) {
        long oldest = reads.first(OLDEST, row -> row.getLong(1)).orElse(Long.MAX_VALUE);
        return wanted.from() == null ? oldest : Math.max(oldest, wanted.from().toEpochMilli());
    }

    private List<Place> ask(Sql byWords) {
        return transactions.read((em, jdbc) -> {
            try (var statement = jdbc.createStatement()) {
                statement.execute(
                        "set local statement_timeout = " + limits.longest().toMillis());
            }
            return byWords.run(jdbc);
        });
    }

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
        sql.add(NEWEST_FIRST + ") t) t where ", newest);
        return matching(sql, wanted).add(" or t.n = ?" + NEWEST_FIRST, newest, limit);
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
                    .map(PostgresCandidates::quoted)
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
