package io.confab.rule;

/**
 * What one text by itself does to a rule as a form has it.
 *
 * @param meets false: nothing, as with a rule that counts messages
 * @param met what it meets of the text, folded; empty: no part of it
 * @param late it takes longer than a rule may: the message would pass
 */
public record Tried(boolean meets, String met, boolean late) {}
