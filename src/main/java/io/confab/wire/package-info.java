/**
 * The wire protocol, version 1: frames, error codes, close codes. The only public contract (docs/protocol/v1.md).
 */
@NullMarked
package io.confab.wire;

import org.jspecify.annotations.NullMarked;
