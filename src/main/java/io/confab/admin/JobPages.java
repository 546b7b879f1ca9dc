package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.job.Jobs;
import io.confab.kernel.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** How the pages that order and stop jobs end: with the job's page, or with their form again. Thread-safe. */
@ApplicationScoped
public class JobPages {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    /** To the job's page again when it is stopped, or was; else the form again with the reason. */
    @Nullable
    String stop(String id, String why) {
        Outcome<Jobs.Ordered> outcome =
                Acts.settled(Acts.UNKNOWN, () -> console.jobs().stop(staff.required(), id, why));
        return switch (outcome) {
            case Outcome.Done<Jobs.Ordered>(Jobs.Ordered stopped) -> {
                visit.say(
                        stopped.duplicate() ? "It was stopped already." : "Stopped. What was done by then stays done.",
                        true);
                yield "/admin/job?faces-redirect=true&id=" + id;
            }
            case Outcome.Refused<Jobs.Ordered>(Refusal refusal) -> refused(refusal);
        };
    }

    private @Nullable String refused(Refusal refusal) {
        door.complain(
                (refusal instanceof Refusal.Internal ? "Perhaps not done: " : "Not done: ") + refusal.message() + ".");
        return null;
    }

    /** The database knows an order's id, so a second press, a reload or a replay at any node orders nothing. */
    @Nullable
    String order(Jobs.Order order) {
        return ordered(
                order.id(), Acts.settled(Acts.UNKNOWN, () -> console.jobs().order(staff.required(), order)));
    }

    /** Likewise, of what takes a deletion back. */
    @Nullable
    String restore(String deletion, String commandId, String why, String told) {
        return ordered(
                commandId,
                Acts.settled(
                        Acts.UNKNOWN, () -> console.jobs().restore(staff.required(), deletion, commandId, why, told)));
    }

    private @Nullable String ordered(String id, Outcome<Jobs.Ordered> outcome) {
        return switch (outcome) {
            case Outcome.Done<Jobs.Ordered>(Jobs.Ordered ordered) -> {
                visit.say(
                        ordered.duplicate()
                                ? "Already done: this had been ordered, and nothing was done twice."
                                : "Ordered. How far it is stands below.",
                        true);
                yield "/admin/job?faces-redirect=true&id=" + id;
            }
            case Outcome.Refused<Jobs.Ordered>(Refusal refusal) -> refused(refusal);
        };
    }
}
