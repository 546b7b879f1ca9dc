package io.confab.admin;

import io.confab.identity.ClientAddress;
import io.confab.identity.ConsoleMechanism.SignedIn;
import io.confab.identity.Device;
import io.confab.identity.FirstAdmin;
import io.confab.identity.Outcome;
import io.confab.identity.SignIns;
import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
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
    private HttpServletRequest request;

    private String username = "";
    private String password = "";
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

    public void signIn() {
        String address = addresses.of(request);
        switch (signIns.login(username, password, new Device("console", address))) {
            case Outcome.Done<SignIns.Session>(SignIns.Session session) -> enter(session);
            case Outcome.Refused<SignIns.Session>(Refusal refusal) -> door.complain(words(refusal));
        }
        password = "";
    }

    private void enter(SignIns.Session session) {
        if (!session.user().role().isStaff()) {
            signIns.logout(new Caller(session.user().id(), session.signIn(), door.now()));
            door.complain("This account is not staff: the console is for moderators, auditors and admins.");
            return;
        }
        request.getSession(true);
        request.changeSessionId();
        request.getSession()
                .setAttribute(
                        SignedIn.ATTRIBUTE,
                        new SignedIn(
                                session.user().id().value(), session.signIn().value(), door.now()));
        door.redirect(home());
    }

    /** Ends the session and the sign-in behind it. */
    public String signOut() {
        staff.member().ifPresent(m -> signIns.logout(new Caller(m.user(), m.signIn(), door.now())));
        request.getSession().invalidate();
        return "/admin/signin?faces-redirect=true";
    }

    private static String words(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized ignored -> "The name or the password is wrong.";
            case Refusal.RateLimited limited -> "Too many attempts. Try again in " + words(limited.retryAfter()) + ".";
            case Refusal.Forbidden ignored -> "This account is suspended.";
            case Refusal.Unavailable ignored -> "Too much happens here at once. Try again in a moment.";
            default -> "Signing in failed: " + refusal.message() + ".";
        };
    }

    private static String words(Duration wait) {
        long seconds = Math.max(1, wait.toSeconds());
        return seconds < 120 ? seconds + " seconds" : wait.toMinutes() + " minutes";
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
