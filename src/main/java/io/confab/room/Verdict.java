package io.confab.room;

import io.confab.kernel.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server's rules say of a text that comes with a command: found where the command came in, applied here, where the
 * sender's roles are known as they are at the commit. No part of the command, so a repeat is a repeat whatever the rules say by
 * then (docs/adr/0074).
 *
 * @param findings what the text met, the hardest first
 */
public record Verdict(List<Finding> findings) {
    /** What becomes of the message; the hardest last. */
    public enum Act {
        /** It takes its numbers, and nobody gets its text until a moderator has brought it back. */
        HIDE,
        /** It is refused. */
        BLOCK,
        /** It is refused, and its author muted in this room: by another command, right after it. */
        MUTE
    }

    /** Who a rule leaves alone. */
    public enum Exempt {
        ADMIN,
        MODERATOR,
        ROOM_OWNER,
        ROOM_MODERATOR
    }

    /**
     * @param rule its id
     * @param name of the rule, for staff
     * @param told the rule's text for the author; null: it has none
     * @param youngerThan only people whose account is younger; zero: all
     */
    public record Finding(
            String rule, String name, Act act, @Nullable String told, Set<Exempt> exempt, Duration youngerThan) {
        public Finding {
            exempt = Set.copyOf(exempt);
        }

        private boolean holdsFor(Situation s) {
            Instant old = s.facts().actor().createdAt().plus(youngerThan);
            return exempt.stream().noneMatch(s::is) && (youngerThan.isZero() || s.at().isBefore(old));
        }
    }

    private static final String REFUSED = "this message is against a rule of this server";

    public Verdict {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::act).reversed())
                .toList();
        if (findings.isEmpty()) {
            throw new IllegalArgumentException("a text that meets no rule has no verdict");
        }
    }

    /** The decision on a message that would otherwise happen as its only event says. */
    Decision applied(Situation s, Decision.Happens happens) {
        Optional<Finding> finding = findings.stream().filter(f -> f.holdsFor(s)).findFirst();
        return finding.isEmpty() ? happens : applied(s, happens, finding.get());
    }

    private static Decision applied(Situation s, Decision.Happens happens, Finding finding) {
        if (finding.act() != Act.HIDE) {
            String told = finding.told() == null ? REFUSED : finding.told();
            return Decision.refused(new Refusal.BlockedByRule(told, finding.rule()));
        }
        Long edited = EventFields.target(happens.events().getFirst());
        long message = edited == null ? s.room().head() + 1 : edited;
        return happens.then(finding.name(), new RoomEvent.MessageDeleted(message, finding.told(), true));
    }
}
