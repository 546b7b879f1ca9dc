package io.confab.admin;

import io.confab.report.ReasonTemplate;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ready reasons that stand beside a form's reason; their notes are for global staff. */
@Named
@RequestScoped
public class ReadyReasons {
    @Inject
    private Console console;

    private @Nullable List<ReasonTemplate> all;

    public List<ReasonTemplate> getAll() {
        if (all == null) {
            all = console.templates().all();
        }
        return all;
    }
}
