/**
 * The doors: the WebSocket endpoint, the REST resources, and the one dispatcher both use. Stops 1 to 3 and 7.
 */
@NullMarked
package io.confab.gateway;

import org.jspecify.annotations.NullMarked;
