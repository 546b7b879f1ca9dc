package io.confab.report;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.room.Membership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What takes the acts of a decision back: the former state, not merely none. */
final class Inverse {
    private static final String NOT_BACK = "its text is not kept any more";

    private Inverse() {}

    /** Refused when an act is not finished, or no longer stands as the decision left it. */
    static Outcome<List<Decision.Act>> of(Decision former, Scene scene, Instant now) {
        if (former.isPending()) {
            return Outcome.refused(new Refusal.Conflict("that decision is not finished: finish it first"));
        }
        var acts = new ArrayList<Decision.Act>();
        for (Decision.Act act : former.acts()) {
            if (act.state() != Decision.State.DONE) {
                continue;
            }
            int no = acts.size() + 1;
            Remedy lift = act.remedy().inverse();
            if (lift == null) {
                continue; // it only lifted something, as a decision that takes another back does
            }
            if (!act.remedy().timed()) {
                if (!scene.standsAsLeftBy(act.remedy())) {
                    return changed(lift);
                }
                boolean can = lift != Remedy.RESTORE || scene.kept();
                acts.add(new Decision.Act(
                        no,
                        lift,
                        null,
                        null,
                        can ? Decision.State.PENDING : Decision.State.REFUSED,
                        can ? "" : NOT_BACK));
            } else if (runsAt(end(act.until()), now)) {
                Optional<Instant> stands = scene.running(act.remedy(), now);
                if (!stands.equals(Optional.of(end(act.until())))) {
                    return changed(lift);
                }
                acts.add(back(no, act, lift, now));
            }
        }
        return Outcome.done(List.copyOf(acts));
    }

    private static Outcome<List<Decision.Act>> changed(Remedy lift) {
        return Outcome.refused(
                new Refusal.Conflict("cannot " + lift.title() + ": somebody has changed it since; nothing was done"));
    }

    /** Back to the sanction that stood before, if that would still run. */
    private static Decision.Act back(int no, Decision.Act act, Remedy lift, Instant now) {
        Instant before = act.before();
        boolean runs = before != null && runsAt(before, now);
        return new Decision.Act(
                no,
                runs ? act.remedy() : lift,
                runs && !Membership.FOREVER.equals(before) ? before : null,
                end(act.until()),
                Decision.State.PENDING,
                "");
    }

    private static boolean runsAt(Instant end, Instant now) {
        return now.isBefore(end);
    }

    private static Instant end(@Nullable Instant until) {
        return until == null ? Membership.FOREVER : until;
    }
}
