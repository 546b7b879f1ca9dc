package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.report.Decision;
import io.confab.report.Decisions;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form that takes a decision or an act back: for half a minute beside whatever page came next, and of a decision on the page
 * of its case as long as it stands. Which one it is stands in the form.
 */
@Named
@RequestScoped
public class Undoing {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private Proof proof;

    @Inject
    private WaysBack ways;

    private String commandId = new Ids().cid();
    private String caseId = "";
    private String decisionId = "";
    private long version;
    private String actId = "";

    @PostConstruct
    void readForm() {
        String act = door.parameter("undoAct");
        actId = Ids.isCid(act) ? act : "";
        caseId = id("undoCase");
        decisionId = id("undoDecision");
        String number = door.parameter("undoVersion");
        version = VERSION.matcher(number).matches() ? Long.parseLong(number) : 0;
    }

    /** Anything that is no id names nothing. */
    private String id(String parameter) {
        String given = door.parameter(parameter);
        return Ids.isId(given) ? given : "";
    }

    /** What was decided just now; none or one. Still there for a form that comes a little late. */
    public List<Visit.Decided> getJustNow() {
        return visit.decided(decisionId.isEmpty() ? door.now() : Instant.MIN);
    }

    /** An act that was done just now, likewise. */
    public List<Visit.Acted> getActed() {
        return visit.acted(actId.isEmpty() ? door.now() : Instant.MIN);
    }

    /** Takes the act back that the form names: once, and whoever may do its inverse. */
    public @Nullable String undoAct() {
        if (!staff.isModerating()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        Optional<Visit.Acted> named = visit.takeActed(actId, door.now());
        if (named.isEmpty()) {
            visit.say(
                    "Nothing was taken back: it was already, or something else was done since, or it is too long ago.",
                    false);
            return null;
        }
        Visit.Acted done = named.get();
        switch (ways.take(staff.required(), done.way(), commandId)) {
            case Outcome.Done<Boolean>(Boolean already) ->
                visit.say(already ? "It was so already; nothing had to be done." : "Taken back.", true);
            case Outcome.Refused<Boolean>(Refusal.Internal unknown) ->
                visit.say("Perhaps not taken back: " + unknown.message() + ".", false);
            case Outcome.Refused<Boolean>(Refusal refusal) ->
                visit.say("Not taken back: " + refusal.message() + ".", false);
        }
        return done.back();
    }

    public @Nullable String undo() {
        if (!staff.isModerating()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        visit.forgetDecided();
        tell(Acts.settled(
                Acts.UNKNOWN, () -> console.decisions().undo(staff.required(), decisionId, version, commandId)));
        return caseId.isEmpty() ? "/admin/queue?faces-redirect=true" : CasePage.page(caseId);
    }

    private void tell(Outcome<Decisions.Made> outcome) {
        switch (outcome) {
            case Outcome.Done<Decisions.Made>(Decisions.Made made) -> {
                visit.say("Taken back: the case is open again.", true);
                for (Decision.Act act : made.decision().acts()) {
                    if (act.state() != Decision.State.DONE) {
                        visit.say("Not taken back: " + act.remedy().title() + ". " + act.told(), false);
                    }
                }
            }
            case Outcome.Refused<Decisions.Made>(Refusal refusal) ->
                visit.say("Not taken back: " + refusal.message() + ".", false);
        }
    }

    public String getCommandId() {
        return commandId;
    }

    /** As the form carries it; anything that is no command id is not taken. */
    public void setCommandId(String commandId) {
        if (Ids.isCid(commandId)) {
            this.commandId = commandId;
        }
    }
}
