/**
 * Running it: the settings, the clock and the node's name that every bean may ask for; readiness and metrics, which ask the
 * features and are asked by none of them but for the time of a send.
 */
@NullMarked
package io.confab.ops;

import org.jspecify.annotations.NullMarked;
