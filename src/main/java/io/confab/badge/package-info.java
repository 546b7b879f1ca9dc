/**
 * What a person has not read, told as it changes: {@code badge} to sockets that do not listen to a room, {@code read} to a
 * person's other devices. Counts are read from the log once and then kept by its events, on one thread, for those people of
 * this node and rooms only that some socket does not listen to; when in doubt they are read again, many at once. Bounded,
 * lossy, never in the way of a message (ADR 0054).
 */
@NullMarked
package io.confab.badge;

import org.jspecify.annotations.NullMarked;
