/**
 * What the integration tests stand on: servers, databases and browsers as processes of their own, each on a free port and
 * in a folder of its own under {@code target/}, ended with the JVM that started them.
 */
@NullMarked
package io.confab.it.support;

import org.jspecify.annotations.NullMarked;
