/**
 * Who is online and who is typing. Never stored, coalesced, bounded, lossy by design.
 */
@NullMarked
package io.confab.presence;

import org.jspecify.annotations.NullMarked;
