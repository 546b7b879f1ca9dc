package io.confab.admin;

import io.confab.report.CaseRow;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.EnumMap;
import java.util.Map;

/** How many reports wait, counted once a request; what the bar says of it to who moderates rooms, who have no overview. */
@Named
@RequestScoped
public class RoomReports {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    private final Map<CaseRow.State, Integer> counted = new EnumMap<>(CaseRow.State.class);

    public String getLabel() {
        int open = staff.isEverywhere() ? 0 : count(CaseRow.State.OPEN);
        return open == 0 ? "Reports" : "Reports (" + open + ")";
    }

    public int count(CaseRow.State state) {
        return counted.computeIfAbsent(state, each -> console.cases().count(each, staff.reach()));
    }
}
