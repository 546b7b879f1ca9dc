/**
 * Running it: where settings come from, and the clock that every bean may ask for; readiness and metrics, which ask the
 * features and are asked by none of them but for the time of a send.
 */
@NullMarked
package io.confab.ops;

import org.jspecify.annotations.NullMarked;
