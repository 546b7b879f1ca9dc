package io.confab.room;

import io.confab.kernel.UserId;

/**
 * One {@code @username} in a text that names an account.
 *
 * @param offset of the {@code @}, in code points
 * @param length with the {@code @}, in code points
 */
public record Mention(UserId user, int offset, int length) {}
