package io.confab.admin;

/** What a page is about is not there for who asks, which was answered: nothing of the page is made any more. */
final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Gone(String what) {
        super(what);
    }
}
