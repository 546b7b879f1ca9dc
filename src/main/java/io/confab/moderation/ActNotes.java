package io.confab.moderation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the audit line of a command should say beyond its event: kept from the submission to the commit on the same node.
 * Bounded; a note that is lost costs the reason, never the line.
 */
@Singleton
public class ActNotes {
    private static final int MAX_WAITING = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Cache<Key, Note> notes = Caffeine.newBuilder()
            .maximumSize(MAX_WAITING)
            .expireAfterWrite(LONGEST)
            .build();

    @Inject
    public ActNotes() {}

    /** @param onBehalf of whom the server acts; null: of nobody */
    record Note(String why, @Nullable UserId onBehalf) {}

    private record Key(UserId by, String cid) {}

    /** Why somebody does what they are about to send by this cid, for who reads the trail; the room does not read it. */
    public void why(UserId by, String cid, String why) {
        put(by, cid, new Note(why, null));
    }

    void put(UserId by, String cid, Note note) {
        notes.put(new Key(by, cid), note);
    }

    Optional<Note> of(UserId by, String cid) {
        return Optional.ofNullable(notes.getIfPresent(new Key(by, cid)));
    }
}
