/**
 * The nodes as one installation (docs/adr/0072). Each says of itself every two seconds how it is, in its row of table
 * {@code node}, and carries out what stands for it in {@code node_order}: nodes do not call each other, and nothing needs
 * the broker. Invariants: whoever reads the rows sees every node, on whichever they are; an order is carried out at most once,
 * by the process it was given to, and has its audit line in its own transaction.
 *
 * <p>Rows: {@code node(id, name, started_at, seen_at, stopped_at, figures)}, {@code node_order(id, node_id, kind, detail, …,
 * outcome)}; times by the database's clock.
 */
@NullMarked
package io.confab.node;

import org.jspecify.annotations.NullMarked;
