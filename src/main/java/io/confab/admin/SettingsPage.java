package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.ShownSettings;
import io.confab.kernel.ShownSettings.Shown;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Locale;

/** Every setting of this node, searched by its names. For auditors and admins; nothing is changed here. */
@Named
@RequestScoped
public class SettingsPage {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private String search = "";
    private boolean onlySet;
    private List<Shown> rows = List.of();

    @PostConstruct
    void readAddress() {
        search = door.parameter("q");
        onlySet = door.parameter("set").equals("true");
    }

    /** Called before the page is built, and again with each post. */
    public void load() {
        switch (console.oversight().settings(staff.required())) {
            case Outcome.Done<ShownSettings>(ShownSettings settings) ->
                rows = settings.all().stream().filter(this::isWanted).toList();
            case Outcome.Refused<ShownSettings> ignored -> door.forbidden();
        }
    }

    private boolean isWanted(Shown shown) {
        String wanted = search.strip().toLowerCase(Locale.ROOT);
        boolean named = shown.setting().key().contains(wanted)
                || shown.setting().variable().toLowerCase(Locale.ROOT).contains(wanted);
        return named && (shown.isSet() || !onlySet);
    }

    public List<Shown> getRows() {
        return rows;
    }

    public String getSearch() {
        return search;
    }

    public boolean isOnlySet() {
        return onlySet;
    }
}
