/**
 * Rules about what people write (automod). Invariants: a text is matched in the thread that brings it, beside the log and never in
 * it; what a rule does to a message is decided in the log, on the sender's roles as they are at the commit (room.Verdict); a
 * rule that is new or matches anew only watches until it was run dry over the last days; whatever a rule does wrong, it stops no
 * message that it does not match. All nodes have the rules of the database, at most a pause of {@code confab.rules.refresh}
 * old (docs/adr/0074, 0075).
 *
 * <pre>
 * rule          id, document (JSON), mode off|watch|on, edition (what it matches), revision (anything)
 * rule_version  one row: raised by each change, asked for by each node
 * rule_hit      what rules met, kept for confab.rules.keep-hits
 * rule_dry_run  what a rule would have met
 * </pre>
 */
@NullMarked
package io.confab.rule;

import org.jspecify.annotations.NullMarked;
