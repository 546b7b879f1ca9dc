/**
 * The database: pools, entity managers, migrations, and the one transaction function that all others use.
 * Invariant: what {@code Transactions.write} returned is on disk, on H2 as on PostgreSQL.
 */
@NullMarked
package io.confab.store;

import org.jspecify.annotations.NullMarked;
