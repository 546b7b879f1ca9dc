/**
 * What comes before every bean: all settings are read, once, and given to the beans as records. It alone sees every package, and none sees it.
 */
@NullMarked
package io.confab.start;

import org.jspecify.annotations.NullMarked;
