package io.confab.rule;

import io.confab.kernel.UserId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One text on its way, with what is found out of it when the first rule asks. Belongs to one thread. */
final class Examined {
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Fold fold;
    private final String text;
    private @Nullable Folded folded;
    private @Nullable Set<Links.Found> links;

    final UserId by;
    final long atMillis;
    /** Of a message, what tells it from others; 0: an edit, which is not counted. */
    final long message;

    Examined(Fold fold, UserId by, String text, long atMillis, long message) {
        this.fold = fold;
        this.by = by;
        this.text = text;
        this.atMillis = atMillis;
        this.message = message;
    }

    String text() {
        return text;
    }

    Folded folded() {
        Folded known = folded;
        if (known == null) {
            known = fold.of(text);
            folded = known;
        }
        return known;
    }

    Set<Links.Found> links() {
        Set<Links.Found> known = links;
        if (known == null) {
            known = Links.in(folded().plain(), fold);
            links = known;
        }
        return known;
    }

    /** Of the folded text: two that look alike are one. */
    long fingerprint() {
        long hash = FNV_START;
        String bare = folded().bare();
        for (int i = 0; i < bare.length(); i++) {
            hash = (hash ^ bare.charAt(i)) * FNV_PRIME;
        }
        return hash == 0 ? 1 : hash;
    }
}
