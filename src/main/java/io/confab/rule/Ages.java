package io.confab.rule;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** When accounts were made, which never changes; asked of the database once. Thread-safe. */
@Singleton
public class Ages {
    private static final int MOST_KEPT = 50_000;
    private static final String CREATED = "select created_at from account where id = ?"; // primary key

    private final Reads reads;
    private final Cache<UserId, Long> created =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

    @Inject
    public Ages(Database database) {
        this.reads = database.reads();
    }

    /** Milliseconds of the epoch; of nobody, and while the database is away and takes no message, the beginning of time. */
    long createdMillis(UserId user) {
        try {
            return created.get(
                    user,
                    id -> reads.first(CREATED, row -> row.getLong(1), id.value())
                            .orElse(0L));
        } catch (StoreFailure e) {
            return 0;
        }
    }
}
