/**
 * Ids and values that every package speaks: who, where, which number, what was refused; settings, JSON and threads as all take
 * them. Pure Java (and JSON), no container type.
 */
@NullMarked
package io.confab.kernel;

import org.jspecify.annotations.NullMarked;
