/**
 * The functional core: what a room is, what may happen in it and what follows.
 * {@code decide(state, command, facts, now)} gives events or a refusal; {@code evolve(state, event)} gives the next state.
 * Pure: the same arguments give the same decision. Nothing else in Confab permits or refuses an act in a room.
 */
@NullMarked
package io.confab.room;

import org.jspecify.annotations.NullMarked;
