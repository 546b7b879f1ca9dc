/**
 * Running it: start-up, health, metrics, drain.
 */
@NullMarked
package io.confab.ops;

import org.jspecify.annotations.NullMarked;
