package io.confab.admin;

import io.confab.identity.ClientAddress;
import io.confab.identity.ConsoleMechanism.SignedIn;
import io.confab.identity.Device;
import io.confab.identity.FirstAdmin;
import io.confab.identity.Outcome;
import io.confab.identity.PasswordProof;
import io.confab.identity.SignIns;
import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffDoor;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The door of the console. */
@Named
@RequestScoped
public class SignInPage {
    private static final String HOME = "/admin/overview";

    @Inject
    private SignIns signIns;

    @Inject
    private FirstAdmin firstAdmin;

    @Inject
    private ClientAddress addresses;

    @Inject
    private Door door;

    @Inject
    private Staff staff;

    @Inject
    private Visit visit;

    @Inject
    private StaffDoor staffDoor;

    @Inject
    private HttpServletRequest request;

    private String username = "";
    private String password = "";
    private String code = "";
    private String from = HOME;
    private boolean lost;

    /** Whether there is no admin yet: then the first one is to be made. */
    public boolean isSetUpNeeded() {
        return !firstAdmin.isDone();
    }

    /** Whoever is signed in already has no business here. */
    public void load() {
        if (staff.isSignedIn()) {
            door.redirect(home());
        }
    }

    /** The first step: the password. */
    public void signIn() {
        switch (signIns.prove(username, password, addresses.of(request))) {
            case Outcome.Done<PasswordProof>(PasswordProof proof) -> goOn(proof);
            case Outcome.Refused<PasswordProof>(Refusal refusal) ->
                door.complain(ProofWords.of(refusal, "The name or the password is wrong."));
        }
        password = "";
    }

    private void goOn(PasswordProof proof) {
        if (!staffDoor.isFor(proof.user())) {
            door.complain("This account is not staff and moderates no room: the console is for those.");
        } else if (proof.needsCode()) {
            request.getSession(true);
            request.changeSessionId();
            request.getSession().setAttribute(Halfway.ATTRIBUTE, new Halfway(proof, door.now()));
            door.redirect(again());
        } else {
            begin(proof, "");
        }
    }

    /** The second step, for who has a second factor. */
    public void showCode() {
        Optional<Halfway> halfway = halfway();
        if (halfway.isEmpty()) {
            door.complain("That took too long. Begin again with your password.");
            return;
        }
        begin(halfway.get().proof(), code);
        code = "";
    }

    /** Forgets who has shown the password. */
    public void startAgain() {
        request.getSession().removeAttribute(Halfway.ATTRIBUTE);
        door.redirect(again());
    }

    private String again() {
        return "/admin/signin?from=" + URLEncoder.encode(from, StandardCharsets.UTF_8);
    }

    /** Whether the password was shown, and the code is next. */
    public boolean isHalfway() {
        return halfway().isPresent();
    }

    private Optional<Halfway> halfway() {
        return Halfway.of(request.getSession(false), door.now());
    }

    private void begin(PasswordProof proof, String otp) {
        switch (signIns.begin(proof, otp, new Device("console", addresses.of(request)))) {
            case Outcome.Done<SignIns.Session>(SignIns.Session session) -> enter(session);
            case Outcome.Refused<SignIns.Session>(Refusal refusal) -> {
                boolean suspended = refusal instanceof Refusal.Forbidden;
                door.complain(
                        suspended
                                ? "This account is suspended."
                                : ProofWords.of(refusal, "The code is wrong, or was used before."));
            }
        }
    }

    private void enter(SignIns.Session session) {
        staff.member().ifPresent(before -> signIns.logout(new Caller(before.user(), before.signIn(), door.now())));
        visit.forget();
        request.getSession(true);
        request.changeSessionId();
        HttpSession console = request.getSession();
        Instant now = door.now();
        console.removeAttribute(Halfway.ATTRIBUTE);
        console.setAttribute(Away.ATTRIBUTE, new Away(now));
        console.setAttribute(
                SignedIn.ATTRIBUTE,
                new SignedIn(session.user().id().value(), session.signIn().value(), now));
        door.redirect(home());
    }

    /** Ends the session and the sign-in behind it. */
    public String signOut() {
        staff.member().ifPresent(m -> signIns.logout(new Caller(m.user(), m.signIn(), door.now())));
        request.getSession().invalidate();
        return "/admin/signin?faces-redirect=true";
    }

    /** Where to go on: a page of the console, whatever the address says. */
    private String home() {
        boolean ours = from.startsWith("/admin/") && !from.contains("\\") && !from.contains("//");
        return ours && !from.startsWith("/admin/signin") ? from : HOME;
    }

    public String getUsername() {
        return username;
    }

    public void setUsername(String username) {
        this.username = username;
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

    public String getFrom() {
        return from;
    }

    public void setFrom(@Nullable String from) {
        this.from = from == null ? HOME : from;
    }

    public boolean isLost() {
        return lost;
    }

    public void setLost(boolean lost) {
        this.lost = lost;
    }
}
