package io.confab.admin;

import io.confab.report.CaseList;
import io.confab.report.CaseRow;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** What was reported, in the order in which it is to be looked at. */
@Named
@ViewScoped
public class QueuePage implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private RoomReports reports;

    private CaseRow.State state = CaseRow.State.OPEN;
    private SliceModel<CaseList.Row> rows;

    @PostConstruct
    void init() {
        // at once, and not only by the view's parameter: a form sent again finds no bean of its view, and asks this
        // first
        setState(door.parameter("state"));
        rows = new SliceModel<>(
                door, (offset, limit, order) -> console.cases().page(state, staff.reach(), offset, limit));
    }

    /** When the page is made, in milliseconds: what was opened later is new to it. */
    public long getMadeAt() {
        return door.now().toEpochMilli();
    }

    public SliceModel<CaseList.Row> getRows() {
        return rows;
    }

    public int getOpen() {
        return reports.count(CaseRow.State.OPEN);
    }

    public int getEscalated() {
        return reports.count(CaseRow.State.ESCALATED);
    }

    public String getState() {
        return state.word();
    }

    /** Anything that is no state means the open ones. */
    public void setState(String word) {
        state = Arrays.stream(CaseRow.State.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(CaseRow.State.OPEN);
    }

    /** How long it has waited, in words. */
    public String age(Instant since) {
        Duration age = Duration.between(since, door.now());
        if (age.toHours() < 1) {
            return Math.max(0, age.toMinutes()) + " min";
        }
        return age.toDays() < 2 ? age.toHours() + " h" : age.toDays() + " days";
    }

    /** The class of its tag: long is more than four hours, too long more than a day. */
    public String tone(Instant since) {
        long hours = Duration.between(since, door.now()).toHours();
        return hours < 4 ? "" : hours < 24 ? "warn" : "harsh";
    }
}
