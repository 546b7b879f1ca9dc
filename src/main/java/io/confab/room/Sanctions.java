package io.confab.room;

import io.confab.kernel.Refusal;
import io.confab.kernel.VisibleText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rules of mutes and bans: laid and lifted by those who outrank the person here, or by global moderators; by nobody on
 * themself. A ban leaves the role in the row, so lifting it restores exactly the former rights (docs/adr/0010).
 */
final class Sanctions {
    private static final Refusal NO_SUCH_PERSON = new Refusal.NotFound("no such account");
    private static final Refusal NOT_YOURS =
            new Refusal.Forbidden("only those who rank above a person in this room may do this to them");

    private static final Duration MOMENTS = Duration.ofSeconds(30);

    private Sanctions() {}

    static Decision set(Situation s, RoomCommand.SetSanction set) {
        Optional<Refusal> refusal = mayTouch(s).or(() -> reason(set.reason())).or(() -> notAhead(s, set.until()));
        if (refusal.isPresent()) {
            return Decision.refused(refusal.get());
        }
        Instant until = set.until() == null ? null : set.until().truncatedTo(ChronoUnit.MILLIS);
        Instant end = until == null ? Membership.FOREVER : until;
        Instant running = running(s, set.kind());
        if (running != null && (running.equals(end) || (set.atLeast() && isEnough(running, end)))) {
            return new Decision.Already(s.room().head());
        }
        return Decision.happens(new RoomEvent.SanctionSet(set.user(), set.kind(), until, set.reason()));
    }

    /** Several that are sent within moments, each for as long, end moments after each other. */
    private static boolean isEnough(Instant running, Instant end) {
        return !running.isBefore(end.minus(MOMENTS));
    }

    static Decision lift(Situation s, RoomCommand.LiftSanction lift) {
        Optional<Refusal> refusal = mayTouch(s);
        if (refusal.isPresent()) {
            return Decision.refused(refusal.get());
        }
        Instant running = running(s, lift.kind());
        if (running == null || (lift.ending() != null && !running.equals(lift.ending()))) {
            return new Decision.Already(s.room().head());
        }
        return Decision.happens(new RoomEvent.SanctionLifted(lift.user(), lift.kind()));
    }

    static Decision kick(Situation s, RoomCommand.KickMember kick) {
        Optional<Refusal> refusal = mayTouch(s).or(() -> reason(kick.reason()));
        if (refusal.isPresent()) {
            return Decision.refused(refusal.get());
        }
        Membership target = s.facts().target();
        if (target == null || target.role() == null) {
            return new Decision.Already(s.room().head());
        }
        return Decision.happens(new RoomEvent.MemberLeft(kick.user(), kick.reason()));
    }

    static Refusal banned(Membership person) {
        return new Refusal.Banned("you are banned from this room", shown(person.bannedUntil()));
    }

    static Refusal muted(Membership person) {
        return new Refusal.Muted("you are muted in this room", shown(person.mutedUntil()));
    }

    /** Why a reason may not be given, if so. */
    static Optional<Refusal> reason(@Nullable String reason) {
        return reason == null
                ? Optional.empty()
                : VisibleText.lineProblem("reason", reason, RoomRules.MAX_REASON_CHARS);
    }

    private static Optional<Refusal> mayTouch(Situation s) {
        if (s.room().kind() == RoomKind.DIRECT) {
            return Optional.of(Members.DIRECT);
        }
        if (!s.moderatesHere() && !s.global()) {
            return Optional.of(NOT_YOURS);
        }
        Membership target = s.facts().target();
        if (target == null) {
            return Optional.of(NO_SUCH_PERSON);
        }
        return s.outranks(target) ? Optional.empty() : Optional.of(NOT_YOURS);
    }

    private static Optional<Refusal> notAhead(Situation s, @Nullable Instant until) {
        return until == null || (until.isAfter(s.at()) && !until.isAfter(Membership.FOREVER))
                ? Optional.empty()
                : Optional.of(new Refusal.BadRequest("'until' must lie ahead, before the year 10000"));
    }

    /** End of the target's sanction of this kind, if one runs. */
    private static @Nullable Instant running(Situation s, SanctionKind kind) {
        Membership target = s.facts().target();
        if (target == null) {
            return null;
        }
        Instant until = switch (kind) {
            case MUTE -> target.mutedUntil();
            case BAN -> target.bannedUntil();
        };
        return until != null && s.at().isBefore(until) ? until : null;
    }

    private static @Nullable Instant shown(@Nullable Instant until) {
        return Membership.FOREVER.equals(until) ? null : until;
    }
}
