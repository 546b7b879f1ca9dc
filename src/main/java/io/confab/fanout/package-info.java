/**
 * Between nodes: one JMS message per shard and commit, the listener, and the heads check that finds what JMS lost. Stop 8.
 */
@NullMarked
package io.confab.fanout;

import org.jspecify.annotations.NullMarked;
