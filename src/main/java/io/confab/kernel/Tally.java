package io.confab.kernel;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts by the constants of an enum, so that what is counted by kind has a bound. Thread-safe, never blocking. */
public final class Tally<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    public Tally(Class<E> kinds) {
        counts = new EnumMap<>(kinds);
        Arrays.stream(kinds.getEnumConstants()).forEach(kind -> counts.put(kind, new LongAdder()));
    }

    /** One more of this kind. */
    public void add(E kind) {
        adder(kind).increment();
    }

    /** So many of this kind since the start. */
    public long of(E kind) {
        return adder(kind).sum();
    }

    private LongAdder adder(E kind) {
        LongAdder adder = counts.get(kind);
        if (adder == null) {
            throw new IllegalArgumentException("not counted: " + kind);
        }
        return adder;
    }
}
