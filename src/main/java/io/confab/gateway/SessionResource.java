package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Accounts;
import io.confab.identity.ClientAddress;
import io.confab.identity.Device;
import io.confab.identity.Outcome;
import io.confab.identity.SignIns;
import io.confab.kernel.Caller;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.SignInId;
import io.confab.wire.BadField;
import io.confab.wire.Fields;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.function.Function;

/** Registration, login, and a person's own sign-ins (docs/protocol/v1.md section 1). */
@Path("/")
public class SessionResource {
    static final int MAX_CODE = 64;
    static final int MAX_SECRET = 1_024; // longer passwords and tokens are refused by their own rules
    private static final int MAX_NAME = 128;

    private final Accounts accounts;
    private final SignIns signIns;
    private final ClientAddress addresses;
    private final CountedCalls calls;
    private final JsonBody json;

    @Inject
    public SessionResource(
            Accounts accounts, SignIns signIns, ClientAddress addresses, CountedCalls calls, JsonBody json) {
        this.json = json;
        this.calls = calls;
        this.accounts = accounts;
        this.signIns = signIns;
        this.addresses = addresses;
    }

    @POST
    @PermitAll
    @Path("register")
    public Response register(@Context HttpServletRequest request, InputStream body) throws BadField {
        String address = calls.address(request);
        Fields fields = json.fields(body);
        var wish = new Accounts.Registration(
                fields.text("username", MAX_NAME),
                fields.text("password", MAX_SECRET),
                fields.optionalText("display_name", MAX_SECRET).orElse(null),
                fields.optionalText("invite", MAX_SECRET).orElse(null));
        return answer(accounts.register(wish, address), 201, IdentityJson::person);
    }

    @POST
    @PermitAll
    @Path("login")
    public Response login(@Context HttpServletRequest request, InputStream body) throws BadField {
        String address = calls.address(request);
        Fields fields = json.fields(body);
        String agent = request.getHeader("User-Agent");
        var device = new Device(agent == null ? "" : agent, address);
        String otp = fields.optionalText("otp", MAX_CODE).orElse("");
        return answer(
                signIns.prove(fields.text("username", MAX_NAME), fields.text("password", MAX_SECRET), address)
                        .then(proof -> signIns.begin(proof, otp, device)),
                200,
                IdentityJson::session);
    }

    @POST
    @PermitAll
    @Path("token")
    public Response refresh(@Context HttpServletRequest request, InputStream body) throws BadField {
        calls.address(request);
        return answer(signIns.refresh(json.fields(body).text("refresh", MAX_SECRET)), 200, IdentityJson::session);
    }

    /** Not counted, as the end of all: it can be done once, and must be possible whatever was done before. */
    @POST
    @Path("logout")
    public Response logout(@Context SecurityContext security) {
        signIns.logout(Callers.of(security));
        return Response.noContent().build();
    }

    @GET
    @Path("sessions")
    public Response list(@Context SecurityContext security) {
        Caller caller = Callers.of(security);
        ObjectNode body = Json.object();
        body.set(
                "sessions",
                RoomJson.array(signIns.list(caller.user()), signIn -> IdentityJson.signIn(signIn, caller.signIn())));
        return Problems.json(200, body);
    }

    @DELETE
    @Path("sessions/{id}")
    public Response end(@Context SecurityContext security, @PathParam("id") String id) {
        Caller caller = calls.caller(security);
        if (!Ids.isId(id)) {
            return Problems.of(new Refusal.NotFound("no such sign-in"));
        }
        return switch (signIns.end(caller.user(), new SignInId(id))) {
            case Outcome.Done<SignInId> ignored -> Response.noContent().build();
            case Outcome.Refused<SignInId>(Refusal refusal) -> Problems.of(refusal);
        };
    }

    @DELETE
    @Path("sessions")
    public Response endAll(@Context SecurityContext security) {
        signIns.endAll(Callers.of(security).user());
        return Response.noContent().build();
    }

    /** {@code {current, new, otp?}}; ends the person's other sign-ins. */
    @POST
    @Path("password")
    public Response changePassword(
            @Context SecurityContext security, @Context HttpServletRequest request, InputStream body) throws BadField {
        Caller caller = calls.caller(security);
        Fields fields = json.fields(body);
        var change = new SignIns.PasswordChange(
                fields.text("current", MAX_SECRET),
                fields.text("new", MAX_SECRET),
                fields.optionalText("otp", MAX_CODE).orElse(""));
        return answer(signIns.changePassword(caller, change, addresses.of(request)), 200, IdentityJson::person);
    }

    static <T> Response answer(Outcome<T> outcome, int status, Function<T, ObjectNode> form) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> Problems.json(status, form.apply(value));
            case Outcome.Refused<T>(Refusal refusal) -> Problems.of(refusal);
        };
    }
}
