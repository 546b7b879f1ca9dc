package io.confab.room;

import io.confab.kernel.Refusal;

/** A value from outside that was checked: it is within the rules, or there is a refusal that names what is not. */
public sealed interface Checked<T> {
    record Valid<T>(T value) implements Checked<T> {}

    record Invalid<T>(Refusal refusal) implements Checked<T> {}

    static <T> Checked<T> badRequest(String message) {
        return new Invalid<>(new Refusal.BadRequest(message));
    }

    static <T> Checked<T> tooLarge(String message) {
        return new Invalid<>(new Refusal.TooLarge(message));
    }
}
