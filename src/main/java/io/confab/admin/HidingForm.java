package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.jspecify.annotations.Nullable;

/** From which score on the server hides a reported message; all staff see it, admins decide it. */
@Named
@RequestScoped
public class HidingForm {
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

    private int now;
    private int score;
    private String why = "";

    @PostConstruct
    void read() {
        now = console.hiding().score();
        score = now;
    }

    /** From now on, on all nodes. */
    public @Nullable String decide() {
        if (!staff.isAdmin()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        return switch (Acts.settled(
                Acts.UNKNOWN, () -> console.hiding().decide(staff.required().actor(), score, why))) {
            case Outcome.Done<Boolean>(Boolean changed) -> {
                visit.say(changed ? "From now on it is so." : "It was so already; nothing had to be done.", true);
                yield "/admin/templates?faces-redirect=true";
            }
            case Outcome.Refused<Boolean>(Refusal refusal) -> door.refused(refusal);
        };
    }

    /** As it stands, whatever is in the form. */
    public int getNow() {
        return now;
    }

    public int getScore() {
        return score;
    }

    public void setScore(int score) {
        this.score = score;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }
}
