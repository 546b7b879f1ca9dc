package io.confab.identity;

import io.confab.kernel.Refusal;
import java.util.function.Function;

/** What was asked for, or why not. */
public sealed interface Outcome<T> {
    record Done<T>(T value) implements Outcome<T> {}

    record Refused<T>(Refusal refusal) implements Outcome<T> {}

    /** The same refusal, or what {@code next} makes of the value. */
    default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
        return switch (this) {
            case Done<T>(T value) -> next.apply(value);
            case Refused<T>(Refusal refusal) -> new Refused<>(refusal);
        };
    }

    /** {@link #then} for a step that cannot be refused. */
    default <R> Outcome<R> map(Function<? super T, R> next) {
        return then(value -> done(next.apply(value)));
    }

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }
}
