package io.confab.search;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.RoomKind;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Finds messages by words, person, room and time, newest first. Callers are staff; what they may read decides what is found:
 * public rooms, and of the others those that they have opened. Edits and deletions count at once, what was said in the last second may
 * not be there yet. Thread-safe; blocks for a few reads and throws {@code io.confab.store.StoreFailure}.
 */
@Singleton
public class MessageSearch {
    /** Hits on one page. */
    public static final int MOST = 100;

    /** Of what the index gave, so much may be out of date; after that a page ends before it is full. */
    private static final int READS = 4;
    /** Searches under way: each holds a connection of the pool that all of this node share, for seconds at worst. */
    private static final int AT_ONCE = 3;

    private final Reads reads;
    private final Candidates candidates;
    private final Semaphore places;

    @Inject
    public MessageSearch(Database database) {
        this(database, new Semaphore(AT_ONCE));
    }

    MessageSearch(Database database, Semaphore places) {
        this(
                database,
                places,
                database.isPostgres() ? new PostgresCandidates(database) : new H2Candidates(database.reads()));
    }

    MessageSearch(Database database, Semaphore places, Candidates candidates) {
        this.places = places;
        this.reads = database.reads();
        this.candidates = candidates;
    }

    /**
     * What is looked for: all that is said must hold.
     *
     * @param words as typed: words that must all be there, {@code "together in this order"}, {@code begin*}
     * @param from not before; @param until before that
     */
    public record Query(
            String words,
            @Nullable UserId by,
            @Nullable RoomId room,
            @Nullable Instant from,
            @Nullable Instant until) {
        /** Why it cannot be answered, in a sentence. */
        public Optional<String> problem() {
            if (words.codePointCount(0, words.length()) > Terms.MOST_CHARACTERS) {
                return Optional.of("Look for at most " + Terms.MOST_CHARACTERS + " characters.");
            }
            boolean noWord = Terms.of(words).terms().isEmpty();
            if (noWord && !words.isBlank()) {
                return Optional.of("There is no letter or digit to look for.");
            }
            if (Terms.of(words).isTooOpen()) {
                return Optional.of("Before a * stand at least " + Terms.LEAST_BEFORE_OPEN + " letters.");
            }
            return noWord && by == null && room == null
                    ? Optional.of("Say a word, a person or a room.")
                    : Optional.empty();
        }
    }

    /** A piece of a message's text. @param found what was looked for */
    public record Piece(String text, boolean found) {}

    /**
     * A message that stands as it is shown.
     *
     * @param text the whole of it; @param pieces the part of it around what was found first
     */
    public record Hit(
            RoomId room,
            RoomKind kind,
            String roomName,
            long seq,
            UserId by,
            Instant at,
            @Nullable Instant editedAt,
            String text,
            List<Piece> pieces) {}

    /**
     * @param next where the next page goes on; null: there is no more. Where looking on would have taken too long, a page ends
     *     before it is full, or with none: what is older was not looked at yet
     */
    public record Found(List<Hit> hits, @Nullable Place next) {
        public Found {
            hits = List.copyOf(hits);
        }
    }

    /**
     * One page; empty when as many searches as may are under way at this node: ask again in a moment.
     *
     * @param query without a problem
     * @param opened private and direct rooms that the caller may read now
     * @param before where the page before ended; null: the newest
     */
    public Optional<Found> page(Query query, Set<RoomId> opened, @Nullable Place before, int limit) {
        if (!places.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(find(query, opened, before, limit));
        } finally {
            places.release();
        }
    }

    private Found find(Query query, Set<RoomId> opened, @Nullable Place before, int limit) {
        int most = Math.clamp(limit, 1, MOST);
        Terms terms = Terms.of(query.words());
        if (query.room() != null && !opened.contains(query.room()) && !isPublic(query.room())) {
            return new Found(List.of(), null);
        }
        var wanted = new Candidates.Wanted(terms.lexemes(), query.by(), query.room(), query.from(), Set.copyOf(opened));
        Place from = start(query, before);
        var hits = new ArrayList<Hit>();
        for (int read = 0; read < READS; read++) {
            List<Standing.Key> found = new ArrayList<>();
            Candidates.Stretch looked = candidates.below(from, wanted, most + 1);
            List<Place> places = looked.places();
            places.forEach(place -> found.add(new Standing.Key(place.room(), place.seq())));
            Map<Standing.Key, Standing.Message> standing = Standing.of(reads, found);
            for (Place place : places) {
                if (hits.size() == most) {
                    return new Found(hits, from);
                }
                from = place;
                Optional.ofNullable(standing.get(new Standing.Key(place.room(), place.seq())))
                        .flatMap(message -> hit(message, terms))
                        .ifPresent(hits::add);
            }
            if (places.size() <= most) {
                return new Found(hits, looked.to());
            }
        }
        return new Found(hits, from);
    }

    private boolean isPublic(RoomId room) {
        return reads.first("select kind from room where id = ?", row -> row.getString(1), room.value())
                .filter(RoomKind.PUBLIC.word()::equals)
                .isPresent();
    }

    private static Place start(Query query, @Nullable Place before) {
        Place end = query.until() == null ? new Place(Long.MAX_VALUE, Place.FIRST_ROOM, 0) : Place.at(query.until());
        return before != null && before.ts() < end.ts() ? before : end;
    }

    /** The index may be behind: what does not match any more is no hit. */
    private static Optional<Hit> hit(Standing.Message message, Terms terms) {
        String text = message.text();
        return text == null || !terms.matches(text)
                ? Optional.empty()
                : Optional.of(new Hit(
                        message.key().room(),
                        message.kind(),
                        message.roomName(),
                        message.key().seq(),
                        message.by(),
                        message.at(),
                        message.editedAt(),
                        text,
                        Excerpt.of(text, terms)));
    }
}
