package io.confab.admin;

import io.confab.job.Job;
import io.confab.job.MessageCount;
import io.confab.job.Task;
import io.confab.kernel.UserId;
import io.confab.report.Decision;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * On a case's page: how many messages would go with what its author said lately, counted only when somebody asks, and how far the
 * jobs are that decisions ordered.
 */
@Named
@RequestScoped
public class DecidedJobsPart {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private CasePage page;

    private final Map<Lately, MessageCount.Found> counts = new LinkedHashMap<>();
    private final Map<String, Optional<Job>> jobs = new HashMap<>();

    /** For who decides; it looks at many events, so not with each look at the page. */
    public void count() {
        if (!staff.isActing()) {
            door.forbidden();
        } else if (page.isOpen()) {
            UserId author = page.getWhole().row().about().author();
            for (Lately each : Lately.values()) {
                counts.put(each, console.messageCount().of(Task.Deletion.of(author, each.back()), door.now()));
            }
        }
    }

    public List<Lately> getCounted() {
        return List.copyOf(counts.keySet());
    }

    /** In words. */
    public String found(Lately each) {
        MessageCount.Found found = counts.get(each);
        return found == null
                ? ""
                : (found.complete() ? "" : "at least ")
                        + found.messages()
                        + (found.messages() == 1 ? " message" : " messages");
    }

    /** The job that an act ordered; null: none. */
    public @Nullable Job job(Decision decision, Decision.Act act) {
        return decision.jobOf(act)
                .flatMap(id -> jobs.computeIfAbsent(id, console.jobs()::find))
                .orElse(null);
    }
}
