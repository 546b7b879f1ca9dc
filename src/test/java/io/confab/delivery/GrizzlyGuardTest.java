package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrizzlyGuardTest {
    private static final ClassLoader LOADER = GrizzlyGuardTest.class.getClassLoader();

    private final GrizzlyGuard guard = new GrizzlyGuard();

    /** Of the shape of Grizzly's: the first who asks for a type's pool says how much it holds. */
    public static final class ThreadCache {
        private static final Map<String, Pool> POOLS = new HashMap<>();
        private static int indexCounter;

        private ThreadCache() {}

        public static Pool obtainIndex(Class<?> type, int size) {
            return POOLS.computeIfAbsent(type.getName(), name -> new Pool(indexCounter++, size));
        }
    }

    static final class Pool {
        private final int index;
        private final int size;

        Pool(int index, int size) {
            this.index = index;
            this.size = size;
        }

        int index() {
            return index;
        }

        int size() {
            return size;
        }
    }

    @Test
    void poolsThatAreThereAndThoseToComeHoldNothing() {
        Pool there = ThreadCache.obtainIndex(String.class, 16);
        int before = there.index();

        boolean installed = guard.install(
                LOADER, ThreadCache.class.getName(), List.of(String.class.getName(), Integer.class.getName()));

        assertThat(installed).isTrue();
        assertThat(there.size()).isZero();
        assertThat(there.index()).isNotEqualTo(before);
        assertThat(ThreadCache.obtainIndex(Integer.class, 16).size()).isZero();
    }

    @Test
    void typesThatAreNotNamedKeepTheirPools() {
        guard.install(LOADER, ThreadCache.class.getName(), List.of(String.class.getName()));

        assertThat(ThreadCache.obtainIndex(Long.class, 16).size()).isEqualTo(16);
    }

    @Test
    void anotherServerIsLeftAlone() {
        assertThat(guard.install(LOADER, "no.such.ThreadCache", List.of())).isFalse();
    }

    @Test
    void aGrizzlyOfAnotherShapeIsSaidSo() {
        assertThat(guard.install(LOADER, String.class.getName(), List.of(String.class.getName())))
                .isFalse();
    }
}
