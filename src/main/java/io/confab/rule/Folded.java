package io.confab.rule;

/**
 * The form in which texts are compared, so that the same word is the same however it was written: compatibility forms as what they
 * stand for (NFKC), in lower case, without what cannot be seen, without marks on Latin, Greek and Cyrillic letters, white space as
 * one space. Letters that look like Latin ones count as those where Latin letters stand beside them in a word: in a word of one script
 * they are what they are, so Russian and Greek words are hit by rules about Russian and Greek words only (docs/adr/0075).
 *
 * @param plain with all its punctuation
 * @param bare without the marks of formatting: inside a word nothing is left of them
 */
record Folded(String plain, String bare) {}
