/**
 * What the server has to tell a person: kept until they have seen it, on one of their devices. Invariants: one row a notice,
 * with an id that whoever tells it makes, so telling it again tells it once; nothing of it is in a room's log
 * (docs/adr/0077).
 */
@NullMarked
package io.confab.notice;

import org.jspecify.annotations.NullMarked;
