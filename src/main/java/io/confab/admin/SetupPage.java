package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.ClientAddress;
import io.confab.identity.FirstAdmin;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;

/** Makes the first admin, with the one-time code from the server's log. Gone (404) once there is an admin. */
@Named
@RequestScoped
public class SetupPage {
    @Inject
    private FirstAdmin firstAdmin;

    @Inject
    private ClientAddress addresses;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private HttpServletRequest request;

    private String code = "";
    private String username = "admin";
    private String password = "";

    public void load() {
        if (firstAdmin.isDone()) {
            door.notFound();
        }
    }

    public void setUp() {
        String address = addresses.of(request);
        switch (firstAdmin.setUp(code.strip(), username.strip(), password, address)) {
            case Outcome.Done<Account>(Account made) -> {
                visit.say("The admin " + made.username() + " is made. Sign in.", true);
                door.redirect("/admin/signin");
            }
            case Outcome.Refused<Account>(Refusal refusal) -> door.complain("Not done: " + refusal.message() + ".");
        }
        password = "";
    }

    public String getCode() {
        return code;
    }

    public void setCode(String code) {
        this.code = code;
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
}
