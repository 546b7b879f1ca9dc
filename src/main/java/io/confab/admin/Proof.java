package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;

/**
 * The password again, from who was away: the tag {@code confab:proof} shows its fields in the very form of an act, so nothing
 * that was typed there is lost; the act asks {@link #isGiven} before it is done.
 */
@Named
@RequestScoped
public class Proof {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private HttpServletRequest request;

    private String password = "";
    private String code = "";

    public boolean isNeeded() {
        return away().filter(Away::isProofNeeded).isPresent();
    }

    /** Whether there is a second factor to be shown too. */
    public boolean isCodeNeeded() {
        return console.factors().state(staff.required().user()).isInForce();
    }

    /** Whether the act may be done; if not, the page says what is missing. */
    boolean isGiven() {
        if (!isNeeded()) {
            return true;
        }
        if (password.isEmpty()) {
            door.complain("Not done yet: you were away. Enter your password as well; what you typed is still here.");
            return false;
        }
        Outcome<UserId> outcome = console.factors().prove(staff.required().actor(), password, code);
        if (outcome instanceof Outcome.Refused<UserId>(Refusal refusal)) {
            door.complain(ProofWords.of(refusal, "Not done: the password or the code is wrong."));
            return false;
        }
        away().ifPresent(Away::proven);
        return true;
    }

    private Optional<Away> away() {
        HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(Away.ATTRIBUTE) instanceof Away away
                ? Optional.of(away)
                : Optional.empty();
    }

    public String getPassword() {
        return password;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    public String getCode() {
        return code;
    }

    public void setCode(String code) {
        this.code = code;
    }
}
