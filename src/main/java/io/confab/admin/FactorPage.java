package io.confab.admin;

import io.confab.identity.FactorRule;
import io.confab.identity.Outcome;
import io.confab.identity.SecondFactors;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One's own second factor: set it up, take it away; and, for admins, of whom one is asked. */
@Named
@RequestScoped
public class FactorPage {
    private static final String HERE = "/admin/factor?faces-redirect=true";
    private static final int GROUP = 4;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    private String password = "";
    private String code = "";
    private SecondFactors.@Nullable State state;
    private SecondFactors.@Nullable Setup setup;
    private @Nullable List<String> codes;

    public SecondFactors.State getState() {
        if (state == null) {
            state = console.factors().state(staff.required().user());
        }
        return state;
    }

    /** Null: nothing was begun by this sign-in. */
    public SecondFactors.@Nullable Setup getSetup() {
        if (setup == null) {
            setup = console.factors().pending(staff.required().actor()).orElse(null);
        }
        return setup;
    }

    /** Those that were just made: on this page, and on no other after it. */
    public List<String> getCodes() {
        if (codes == null) {
            codes = visit.takeCodes();
        }
        return codes;
    }

    public QrCode getQr() {
        SecondFactors.Setup begun = getSetup();
        return QrCode.of(begun == null ? "" : begun.address());
    }

    /** The secret as it is typed: in groups. */
    public String getSecret() {
        SecondFactors.Setup begun = getSetup();
        return begun == null ? "" : begun.secret().replaceAll("(.{" + GROUP + "})(?=.)", "$1 ");
    }

    public FactorRule getRule() {
        return console.factors().rule();
    }

    public @Nullable String begin() {
        return switch (console.factors().begin(staff.required().actor(), password)) {
            case Outcome.Done<SecondFactors.Setup> ignored -> HERE;
            case Outcome.Refused<SecondFactors.Setup>(Refusal refusal) -> {
                door.complain(ProofWords.of(refusal, "The password is wrong."));
                yield null;
            }
        };
    }

    public @Nullable String confirm() {
        return switch (console.factors().confirm(staff.required().actor(), code)) {
            case Outcome.Done<List<String>>(List<String> codes) -> {
                visit.showCodes(codes);
                visit.say("Your second factor is in force. Your other sign-ins have ended.", true);
                yield HERE;
            }
            case Outcome.Refused<List<String>>(Refusal refusal) -> {
                door.complain(ProofWords.of(refusal, "That is not the code of this moment."));
                yield null;
            }
        };
    }

    public @Nullable String renewCodes() {
        return switch (console.factors().renewCodes(staff.required().actor(), password, code)) {
            case Outcome.Done<List<String>>(List<String> fresh) -> {
                visit.showCodes(fresh);
                visit.say("You have new recovery codes. None of the old ones is good any more.", true);
                yield HERE;
            }
            case Outcome.Refused<List<String>>(Refusal refusal) -> {
                door.complain(ProofWords.of(refusal, "No new codes: the password or the code is wrong."));
                yield null;
            }
        };
    }

    public @Nullable String remove() {
        return switch (console.factors().remove(staff.required().actor(), password, code)) {
            case Outcome.Done<UserId> ignored -> {
                visit.say("Your second factor is removed.", true);
                yield HERE;
            }
            case Outcome.Refused<UserId>(Refusal refusal) -> {
                door.complain(ProofWords.of(refusal, "Not removed: the password or the code is wrong."));
                yield null;
            }
        };
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
