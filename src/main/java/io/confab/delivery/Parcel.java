package io.confab.delivery;

import io.confab.kernel.Utf8;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits for a socket: a reply, an ephemeral event, or a run of a room's events that arrived together. A run
 * is made once and shared by all connections that get it, its frame text too.
 */
final class Parcel {
    enum Kind {
        LIVE,
        EPHEMERAL,
        REPLY,
        /** Part of a replay: outside the bounds of what may wait, since it is pulled as the socket drains. */
        REPLAY
    }

    private final Kind kind;
    private final int events;
    private final int bytes;
    private final String objects; // JSON objects separated by commas, without brackets
    private final @Nullable Object source; // with ordinal: which run of which room, to share joined frames
    private final long ordinal;
    private final Births births;
    private volatile @Nullable String frame;
    private volatile @Nullable Joined joined;

    /** Frame text of {@code count} consecutive runs that end with the one it is kept at. */
    private record Joined(int count, String text) {}

    private Parcel(
            Kind kind, int events, int bytes, String objects, @Nullable Object source, long ordinal, Births births) {
        this.kind = kind;
        this.events = events;
        this.bytes = bytes;
        this.objects = objects;
        this.source = source;
        this.ordinal = ordinal;
        this.births = births;
    }

    static Parcel of(Kind kind, String object) {
        return new Parcel(kind, 1, Utf8.length(object), object, null, 0, Births.NONE);
    }

    /** Live events of one room in their order; {@code ordinal} rises by one with each run of {@code source}. */
    static Parcel live(List<String> texts, Object source, long ordinal, Births births) {
        return run(Kind.LIVE, texts, source, ordinal, births);
    }

    /** A part of a replay. */
    static Parcel replay(List<String> texts, Object source) {
        return run(Kind.REPLAY, texts, source, 0, Births.NONE);
    }

    private static Parcel run(Kind kind, List<String> texts, Object source, long ordinal, Births births) {
        String objects = texts.size() == 1 ? texts.get(0) : String.join(",", texts);
        return new Parcel(kind, texts.size(), Utf8.length(objects), objects, source, ordinal, births);
    }

    Kind kind() {
        return kind;
    }

    /** Of live events. */
    Births births() {
        return births;
    }

    int events() {
        return events;
    }

    int bytes() {
        return bytes;
    }

    /** The text of one frame with all of {@code parcels}: an object when it is one, else an array. */
    static String frame(List<Parcel> parcels) {
        Parcel last = parcels.get(parcels.size() - 1);
        if (parcels.size() == 1) {
            return last.alone();
        }
        if (!consecutive(parcels)) {
            return join(parcels);
        }
        return last.joined(parcels.size(), () -> join(parcels));
    }

    private String alone() {
        if (events == 1) {
            return objects;
        }
        String text = frame;
        if (text == null) {
            text = "[" + objects + "]";
            frame = text;
        }
        return text;
    }

    private String joined(int count, Supplier<String> join) {
        Joined known = joined;
        if (known == null || known.count() != count) {
            known = new Joined(count, join.get());
            joined = known;
        }
        return known.text();
    }

    @SuppressWarnings("ReferenceEquality") // the source is an identity: one room's runs
    private static boolean consecutive(List<Parcel> parcels) {
        Parcel first = parcels.get(0);
        if (first.source == null) {
            return false;
        }
        for (int i = 1; i < parcels.size(); i++) {
            Parcel parcel = parcels.get(i);
            if (parcel.source != first.source || parcel.ordinal != first.ordinal + i) {
                return false;
            }
        }
        return true;
    }

    private static String join(List<Parcel> parcels) {
        int length = 1;
        for (Parcel parcel : parcels) {
            length += parcel.objects.length() + 1;
        }
        var text = new StringBuilder(length);
        char separator = '[';
        for (Parcel parcel : parcels) {
            text.append(separator).append(parcel.objects);
            separator = ',';
        }
        return text.append(']').toString();
    }
}
