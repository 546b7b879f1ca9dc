package io.confab.search;

/**
 * A piece of a text that can be found.
 *
 * @param word folded: a whole word, or one character of a script that is written without spaces, or one sign such as an emoji
 * @param from where it begins in the text, in {@code char}s
 * @param to where it ends
 * @param unspaced one character of a script without spaces
 * @param joined directly behind another such character
 */
record Token(String word, int from, int to, boolean unspaced, boolean joined) {}
