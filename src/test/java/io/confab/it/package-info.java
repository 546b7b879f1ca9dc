/** The real WAR on the real server, from outside. */
@NullMarked
package io.confab.it;

import org.jspecify.annotations.NullMarked;
