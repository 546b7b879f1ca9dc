package io.confab.admin;

import io.confab.report.CaseRow;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/** What the bar says of reports: to who moderates rooms, who have no overview, how many wait there. */
@Named
@RequestScoped
public class RoomReports {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    public String getLabel() {
        int open = staff.isEverywhere() ? 0 : console.cases().count(CaseRow.State.OPEN, staff.reach());
        return open == 0 ? "Reports" : "Reports (" + open + ")";
    }
}
