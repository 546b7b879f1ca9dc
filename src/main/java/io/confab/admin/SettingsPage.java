package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.ShownSettings;
import io.confab.kernel.ShownSettings.Shown;
import io.confab.node.NodeSetting;
import io.confab.store.StoreFailure;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

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
    private boolean onlyDiffering;
    private Map<String, List<NodeSetting>> others = Map.of();
    private List<Shown> rows = List.of();

    @PostConstruct
    void readAddress() {
        search = door.parameter("q");
        onlySet = door.parameter("set").equals("true");
        onlyDiffering = door.parameter("differing").equals("true");
    }

    /** Called before the page is built, and again with each post. */
    public void load() {
        switch (console.oversight().settings(staff.required())) {
            case Outcome.Done<ShownSettings>(ShownSettings settings) -> {
                others = others();
                rows = settings.all().stream().filter(this::isWanted).toList();
            }
            case Outcome.Refused<ShownSettings> ignored -> door.forbidden();
        }
    }

    private boolean isWanted(Shown shown) {
        String wanted = search.strip().toLowerCase(Locale.ROOT);
        boolean named = shown.setting().key().contains(wanted)
                || shown.setting().variable().toLowerCase(Locale.ROOT).contains(wanted);
        return named
                && (shown.isSet() || !onlySet)
                && (!onlyDiffering || !elsewhere(shown).isEmpty());
    }

    /** What other nodes have, by setting; nothing while the database does not answer. */
    private Map<String, List<NodeSetting>> others() {
        try {
            return console.nodes().settings().stream().collect(Collectors.groupingBy(NodeSetting::key));
        } catch (StoreFailure e) {
            return Map.of();
        }
    }

    /** The nodes that have another value than this one. */
    public List<NodeSetting> elsewhere(Shown shown) {
        return others.getOrDefault(shown.setting().key(), List.of()).stream()
                .filter(other -> !other.shown().equals(cut(shown.value())))
                .toList();
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), NodeSetting.MAX_SHOWN));
    }

    public boolean isOnlyDiffering() {
        return onlyDiffering;
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
