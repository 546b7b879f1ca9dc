package io.confab.search;

import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

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

    private static final int TIMES_MORE = 4;
    /** A year: what one statement names has a bound. */
    private static final int MOST_PERIODS = 256;

    private static final String OLDEST = "select ts from message_text order by ts limit 1"; // index message_text_ts

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
        Sql backwards = PostgresQuestions.amongNewest(place, wanted, limits.newest(), limit);
        List<Looked> looked = transactions.read((em, jdbc) -> {
            PostgresQuestions.keepTheOrder(jdbc);
            return backwards.run(jdbc, "", row -> new Looked(place(row), row.getLong("n"), row.getBoolean("hit")));
        });
        List<Place> places =
                looked.stream().filter(Looked::hit).map(Looked::place).toList();
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
                found.addAll(ask(
                        PostgresQuestions.byWords(to, search.wanted(), first, last, search.limit() - found.size())));
            } catch (StoreFailure.Unavailable e) {
                if (to.ts() >= search.from().ts()) {
                    throw e; // nothing is gained
                }
                return new Stretch(found, to);
            }
            to = before(first << PostgresQuestions.PERIOD);
            last = first - 1;
            boolean late =
                    System.nanoTime() - search.begunNanos() > limits.patience().toNanos();
            if (found.size() == search.limit() || (late && last >= oldest)) {
                return new Stretch(found, to);
            }
        }
        return new Stretch(found, null);
    }

    private static long period(long ts) {
        return ts >> PostgresQuestions.PERIOD;
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
}
