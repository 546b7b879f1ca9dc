/**
 * Follows some commands from the door to the sockets of all nodes (docs/adr/0008): one command in so many gets a trace id, each
 * stop of the walk says so in one log line, and in a span where the server brings OpenTelemetry. The id goes beside the
 * command, then in a short-lived book by room and number, and between nodes as a property of the broker's message; never in
 * an event, never to a client. What is not followed costs one comparison at the door and one read of a field at each stop;
 * while the book has entries, a look into it for each event. A stop's line is as quick as the log, and told without a lock.
 */
@NullMarked
package io.confab.trace;

import org.jspecify.annotations.NullMarked;
