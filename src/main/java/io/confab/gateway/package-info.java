/**
 * The doors: the WebSocket endpoint and the REST resources. Stops 1 to 3 and 7. A frame and a call that ask for the same
 * become the same command, and go in by one way, {@link io.confab.gateway.Commands}, so that limits and answers are the same.
 * Who calls is fixed by a verified token before anything of a frame or a body is looked at; nothing here decides what that
 * person may do in a room.
 */
@NullMarked
package io.confab.gateway;

import org.jspecify.annotations.NullMarked;
