package io.confab.room;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Numbers of messages that commands name. */
final class Messages {
    private Messages() {}

    static Set<Long> numbers(@Nullable Long... seqs) {
        var set = new LinkedHashSet<Long>();
        for (Long seq : seqs) {
            if (seq != null) {
                set.add(seq);
            }
        }
        return set;
    }
}
