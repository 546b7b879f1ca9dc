/** The law of the packages: who may import whom, and what may stand where. The table is that of docs/architecture.md. */
@NullMarked
package io.confab.architecture;

import org.jspecify.annotations.NullMarked;
