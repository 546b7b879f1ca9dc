/**
 * This node's sockets: connections, subscriptions, bounded queues, one sequencer per room, events encoded once. Stops 9 and 10.
 */
@NullMarked
package io.confab.delivery;

import org.jspecify.annotations.NullMarked;
