/**
 * What comes before every bean: all settings are read. It alone sees every package, and none sees it.
 */
@NullMarked
package io.confab.start;

import org.jspecify.annotations.NullMarked;
