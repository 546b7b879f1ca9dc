package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.job.Jobs;
import io.confab.kernel.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** How the pages that order jobs end: with the job's page, or with their form again. Thread-safe. */
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

    /** The database knows an order's id, so a second press, a reload or a replay at any node orders nothing. */
    @Nullable
    String order(Jobs.Order order) {
        Outcome<Jobs.Ordered> outcome =
                Acts.settled(Acts.UNKNOWN, () -> console.jobs().order(staff.required(), order));
        return switch (outcome) {
            case Outcome.Done<Jobs.Ordered>(Jobs.Ordered ordered) -> {
                visit.say(
                        ordered.duplicate()
                                ? "Already done: this had been ordered, and nothing was done twice."
                                : "Ordered. How far it is stands below.",
                        true);
                yield "/admin/job?faces-redirect=true&id=" + order.id();
            }
            case Outcome.Refused<Jobs.Ordered>(Refusal.Internal unknown) -> {
                door.complain("Perhaps not done: " + unknown.message() + ".");
                yield null;
            }
            case Outcome.Refused<Jobs.Ordered>(Refusal refusal) -> {
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }
}
