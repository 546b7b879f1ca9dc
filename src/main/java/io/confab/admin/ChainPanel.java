package io.confab.admin;

import io.confab.audit.AuditChain;
import io.confab.audit.AuditVerification;
import io.confab.audit.AuditVerification.KeptHead;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The chain of hashes on the audit page: its daily heads, and whether it holds. For auditors and admins. */
@Named
@ViewScoped
public class ChainPanel implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int HEADS = 7;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private String head = "";
    private String verdict = "";
    private boolean good;
    private long next;

    /** Looks through the chain, or goes on where the last look stopped. */
    public void verify() {
        if (!staff.isOverseeing()) {
            door.forbidden();
            return;
        }
        @Nullable KeptHead kept = KeptHead.of(head).orElse(null);
        if (kept == null && !head.isBlank()) {
            tell("A head is a number, a colon and 64 digits, as the log has it.", false, 0);
            return;
        }
        switch (console.oversight().verify(staff.required(), next, kept)) {
            case Outcome.Done<AuditVerification.Found>(AuditVerification.Found found) -> tell(found);
            case Outcome.Refused<AuditVerification.Found>(Refusal refusal) ->
                tell("Not done: " + refusal.message() + ".", false, next);
        }
    }

    private void tell(AuditVerification.Found found) {
        var wrong = found.wrong();
        if (wrong != null) {
            tell(sentence(wrong), false, 0);
            return;
        }
        String lines =
                found.to() == 0 ? "No line is sealed yet." : "Lines 1 to " + found.to() + " are as they were sealed.";
        if (!found.whole()) {
            tell(lines + " There are more: press again to go on.", true, found.to());
            return;
        }
        tell(lines + (found.open() == 0 ? "" : " Not yet sealed: " + found.open() + "."), true, 0);
    }

    private static String sentence(AuditVerification.Wrong wrong) {
        long line = wrong.line();
        return switch (wrong.fault()) {
            case CHANGED -> "Line " + line + " is not what was sealed. All before it are.";
            case MISSING -> "Line " + line + " is missing. All before it are as they were sealed.";
            case INSERTED -> "Line " + line + " was not put there by the server.";
            case BACKDATED ->
                "Line " + line + " claims to be over an hour older than the line sealed before it: the server did not"
                        + " write it then.";
            case NOT_THE_HEAD ->
                "Line " + line + " is not the head that was kept: it or earlier lines were changed and sealed anew.";
        };
    }

    private void tell(String sentence, boolean goodNews, long goOnBehind) {
        verdict = sentence;
        good = goodNews;
        next = goOnBehind;
    }

    /** How the last days ended, newest first. */
    public List<AuditChain.Head> getHeads() {
        return staff.isOverseeing() ? console.auditChain().newestHeads(HEADS) : List.of();
    }

    /** Empty: nobody has asked. */
    public String getVerdict() {
        return verdict;
    }

    public boolean isGood() {
        return good;
    }

    /** The last look was not through. */
    public boolean isGoingOn() {
        return next > 0;
    }

    public String getHead() {
        return head;
    }

    public void setHead(String head) {
        this.head = head;
    }
}
