/**
 * Running it: where settings come from, and the clock that every bean may ask for; readiness and metrics, which ask the
 * features and are only told what the doors count; how a node leaves ({@link io.confab.ops.Drain}), and what it gives up when
 * it has too much to do ({@link io.confab.ops.LoadWatch}).
 */
@NullMarked
package io.confab.ops;

import org.jspecify.annotations.NullMarked;
