package io.confab.search;

import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Words that are everywhere are found by going back in time, words that are seldom by the index of words, and none of both
 * depends on what the planner believes of them: first the newest rows of the time, the person or the room are looked
 * at, a bounded number; only when they hold too few hits are all asked, by the index of words, which knows persons and rooms too.
 */
final class PostgresCandidates extends Candidates {
    /** A word that one message in 800 has fills a page from so many. */
    static final int NEWEST = 20_000;

    private static final String OF_NEWEST = "select t.ts, t.room_id, t.seq from (select t.* from message_text t where ";
    private static final String BY_WORDS =
            "select t.ts, t.room_id, t.seq from message_text t where t.words @@ cast(? as tsquery)";
    /** Sums, so that no other index than that of the words (message_text_words) can serve, nor its order. */
    private static final String BELOW_BY_WORDS = " and (t.ts + 0, t.room_id, t.seq) < (?, ?, ?)";

    private static final String NEWEST_BY_WORDS = " order by t.ts + 0 desc, t.room_id desc, t.seq desc limit ?";

    /** Else rows believed to be few are all fetched and sorted. */
    private static final String IN_ORDER_OF_AN_INDEX = "set local enable_bitmapscan = off; set local enable_sort = off";

    private final Reads reads;
    private final Transactions transactions;

    PostgresCandidates(Database database) {
        this.reads = database.reads();
        this.transactions = database.transactions();
    }

    @Override
    List<Place> below(Place place, Wanted wanted, int limit) {
        Sql backwards = amongNewest(place, wanted, limit);
        List<Place> newest = transactions.read((em, jdbc) -> {
            keepTheOrder(jdbc);
            return backwards.run(jdbc);
        });
        return newest.size() == limit ? newest : reads.query(byWords(place, wanted, limit)::run);
    }

    /** For the transaction. */
    static void keepTheOrder(Connection jdbc) throws SQLException {
        try (var statement = jdbc.createStatement()) {
            statement.execute(IN_ORDER_OF_AN_INDEX);
        }
    }

    /** By index message_text_by, the primary key or message_text_ts, backwards. */
    static Sql amongNewest(Place place, Wanted wanted, int limit) {
        Sql sql = new Sql(OF_NEWEST).below(place, wanted);
        if (wanted.by() != null) {
            sql.by(wanted);
        } else {
            sql.inRoom(wanted);
        }
        sql.add(NEWEST_FIRST + ") t where true", NEWEST);
        sql.inRoom(wanted).readable(wanted);
        if (!wanted.words().isEmpty()) {
            sql.add(" and t.words @@ cast(? as tsquery)", tsquery(words(wanted)));
        }
        return sql.add(NEWEST_FIRST, limit);
    }

    static Sql byWords(Place place, Wanted wanted, int limit) {
        Sql sql = new Sql(BY_WORDS, tsquery(everything(wanted)));
        sql.add(BELOW_BY_WORDS, place.ts(), place.room().value(), place.seq());
        if (wanted.from() != null) {
            sql.add(" and t.ts + 0 >= ?", wanted.from().toEpochMilli());
        }
        return sql.add(NEWEST_BY_WORDS, limit);
    }

    private static Stream<String> words(Wanted wanted) {
        return wanted.words().stream().map(word -> quoted(word.word()) + (word.open() ? ":*" : ""));
    }

    private static Stream<String> everything(Wanted wanted) {
        var all = new ArrayList<String>();
        words(wanted).forEach(all::add);
        if (wanted.by() != null) {
            all.add(quoted(IndexRows.person(wanted.by().value())));
        }
        if (wanted.room() != null) {
            all.add(quoted(IndexRows.room(wanted.room().value())));
        } else {
            all.add(Stream.concat(
                            Stream.of(IndexRows.anyPublicRoom()),
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
