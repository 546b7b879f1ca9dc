package io.confab.report;

import io.confab.identity.Outcome;
import io.confab.job.DecidedJobs;
import io.confab.kernel.Refusal;
import io.confab.room.Membership;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What takes the acts of a decision back: the former state, not merely none. */
final class Inverse {
    private static final String NOT_BACK = "its text is not kept any more";
    private static final String NOT_OURS = "somebody had deleted it before";
    static final String HELD = "another decision asks for it too";

    private Inverse() {}

    /** Refused when an act is not finished, or no longer stands as the decision left it. */
    static Outcome<List<Decision.Act>> of(Decision former, Scene scene, OtherDecisions others, Instant now)
            throws SQLException {
        if (former.isPending()) {
            return Outcome.refused(new Refusal.Conflict("that decision is not finished: finish it first"));
        }
        var acts = new ArrayList<Decision.Act>();
        for (Decision.Act act : former.acts()) {
            Remedy lift = act.remedy().inverse();
            if (act.state() != Decision.State.DONE || lift == null) {
                continue; // it only lifted something, as a decision that takes another back does
            }
            int no = acts.size() + 1;
            if (act.remedy().onMessage()) {
                if (!scene.standsAsLeftBy(act.remedy()) && !wentWithOthers(former, scene)) {
                    return changed(lift);
                }
                message(no, act, scene).ifPresent(acts::add);
            } else if (act.remedy() == Remedy.WARN || act.remedy().ordersJob()) {
                acts.add(Decision.Act.pending(no, lift, null, null));
            } else if (runsAt(end(act.until()), now)) {
                Optional<Instant> stands = scene.running(act.remedy(), now);
                if (stands.isEmpty()
                        || (!stands.get().equals(end(act.until())) && !isLongerByItself(former, act, stands))) {
                    return changed(lift);
                }
                acts.add(
                        others.hold(former, act)
                                ? left(no, lift, stands.get())
                                : back(no, act, lift, others.before(former, act), stands.get(), now));
            }
        }
        return Outcome.done(List.copyOf(acts));
    }

    /** What the decision did to the message, it deleted then with what else they said lately. */
    private static boolean wentWithOthers(Decision former, Scene scene) {
        return former.acts().stream()
                .flatMap(act -> former.jobOf(act).stream())
                .anyMatch(job -> DecidedJobs.isCommandOf(job, scene.takenBy()));
    }

    /** The decision mutes for so long, and for longer since it deletes what they said lately. */
    private static boolean isLongerByItself(Decision former, Decision.Act act, Optional<Instant> stands) {
        return act.remedy() == Remedy.MUTE
                && former.acts().stream().anyMatch(other -> former.jobOf(other).isPresent())
                && stands.equals(Optional.of(DecidedJobs.muteEnd(former.at())));
    }

    private static Outcome<List<Decision.Act>> changed(Remedy lift) {
        return Outcome.refused(
                new Refusal.Conflict("cannot " + lift.title() + ": somebody has changed it since; nothing was done"));
    }

    /** To how the message stood. Empty: it stands so. */
    private static Optional<Decision.Act> message(int no, Decision.Act act, Scene scene) {
        if (act.remedy() == Remedy.RESTORE) {
            return Optional.of(Decision.Act.onMessage(no, Remedy.HIDE, scene.stood()));
        }
        String lost = scene.kept() ? "" : NOT_BACK;
        return switch (act.stood() == null ? Decision.Stood.SHOWN : act.stood()) {
            case SHOWN -> Optional.of(message(no, Remedy.RESTORE, scene, lost));
            case HIDDEN ->
                act.remedy() == Remedy.HIDE ? Optional.empty() : Optional.of(message(no, Remedy.HIDE, scene, lost));
            case DELETED -> Optional.of(message(no, Remedy.RESTORE, scene, NOT_OURS));
        };
    }

    /** @param not why it cannot be done; empty: it can */
    private static Decision.Act message(int no, Remedy remedy, Scene scene, String not) {
        return not.isEmpty()
                ? Decision.Act.onMessage(no, remedy, scene.stood())
                : new Decision.Act(no, remedy, null, null, null, scene.stood(), Decision.State.REFUSED, not);
    }

    private static Decision.Act left(int no, Remedy lift, Instant stands) {
        return new Decision.Act(no, lift, null, stands, null, null, Decision.State.REFUSED, HELD);
    }

    /** Back to the sanction that stood before, if that would still run. */
    private static Decision.Act back(
            int no, Decision.Act act, Remedy lift, @Nullable Instant before, Instant stands, Instant now) {
        boolean runs = before != null && runsAt(before, now);
        return Decision.Act.pending(
                no, runs ? act.remedy() : lift, runs && !Membership.FOREVER.equals(before) ? before : null, stands);
    }

    private static boolean runsAt(Instant end, Instant now) {
        return now.isBefore(end);
    }

    static Instant end(@Nullable Instant until) {
        return until == null ? Membership.FOREVER : until;
    }
}
