package io.confab.rule;

/** A rule that cannot be, with the reason for who wrote it. */
final class BadRule extends Exception {
    private static final long serialVersionUID = 1L;

    BadRule(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
