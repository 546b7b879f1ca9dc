package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.confab.gateway.Api;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ApiDescription;
import io.confab.it.support.ApiDescription.Operation;
import io.confab.it.support.Authenticator;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The description at {@code /openapi} says what the API does: all of it, nothing else, with examples that hold. */
class ApiDescriptionIT {
    private static final String PROBLEM = "application/problem+json";
    private static final String STREAM = "text/event-stream";
    private static final Set<String> WITHOUT_SIGN_IN =
            Set.of("POST /api/v1/register", "POST /api/v1/login", "POST /api/v1/token");

    private final URI base = SharedServer.base();
    private final Set<String> asked = new TreeSet<>();
    private ApiDescription description;

    @BeforeEach
    void read() {
        description = ApiDescription.read(served());
    }

    /** Without a token. */
    private String served() {
        return new ApiClient(base)
                .raw("GET", "openapi", null, "Accept", "application/json")
                .raw()
                .body();
    }

    @Test
    void everyPathAndMethodOfTheApiIsDescribedAndNoOther() {
        Set<String> described =
                description.operations().stream().map(Operation::name).collect(Collectors.toCollection(TreeSet::new));

        Set<String> there = resources();
        there.add("GET /api/v1/stream"); // a servlet
        assertThat(described).isEqualTo(there);
    }

    private static Set<String> resources() {
        String prefix = Api.class.getAnnotation(ApplicationPath.class).value();
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.confab").stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .flatMap(type -> Arrays.stream(type.reflect().getMethods()))
                        .flatMap(method -> verbs(method).map(verb -> verb + " " + prefix + path(method)))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> verbs(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value());
    }

    private static String path(Method method) {
        String outer = method.getDeclaringClass().getAnnotation(Path.class).value();
        Path inner = method.getAnnotation(Path.class);
        String path = outer + (inner == null ? "" : "/" + inner.value());
        return path.replace("//", "/");
    }

    @Test
    void everyBodyHasAnExampleThatIsAsItsSchemaSays() {
        for (Operation operation : description.operations()) {
            description.request(operation).forEach((type, body) -> assertExample(operation, type, body));
            operation
                    .node()
                    .path("responses")
                    .fieldNames()
                    .forEachRemaining(status -> description
                            .answer(operation, status)
                            .forEach((type, body) -> assertExample(operation, status + " " + type, body)));
        }
    }

    private void assertExample(Operation operation, String place, JsonNode body) {
        JsonNode example = description.example(body);
        if (place.endsWith(STREAM)) {
            assertThat(example.asText()).startsWith("id: ").contains("\nevent: ", "\ndata: {");
            return;
        }
        assertThat(example.isObject())
                .as("example of %s %s", operation.name(), place)
                .isTrue();
        assertThat(description.faults(body.path("schema"), example))
                .as("example of %s %s", operation.name(), place)
                .isEmpty();
    }

    @Test
    void everyOperationHasATagASummaryAndItsRefusalsAsProblems() {
        var tags = new TreeSet<String>();
        description
                .document()
                .path("tags")
                .forEach(tag -> tags.add(tag.path("name").asText()));
        assertThat(description.document().at("/info/title").asText()).isEqualTo("Confab");
        assertThat(description.document().at("/info/license/name").asText()).isEqualTo("Apache-2.0");
        assertThat(description
                        .document()
                        .at("/components/securitySchemes/bearer/scheme")
                        .asText())
                .isEqualTo("bearer");

        for (Operation operation : description.operations()) {
            assertThat(operation.node().path("summary").asText())
                    .as(operation.name())
                    .isNotEmpty();
            assertThat(operation.node().at("/tags/0").asText())
                    .as(operation.name())
                    .isIn(tags);
            assertThat(operation.node().path("operationId").asText())
                    .as(operation.name())
                    .isNotEmpty();
            operation.node().path("responses").fieldNames().forEachRemaining(status -> {
                if (status.compareTo("400") >= 0) {
                    assertThat(description.answer(operation, status))
                            .as("%s %s", operation.name(), status)
                            .containsOnlyKeys(PROBLEM);
                }
            });
        }
    }

    @Test
    void onlyWhatIsDescribedAsOpenIsAnsweredWithoutASignIn() {
        var open = new TreeSet<String>();
        var nobody = new ApiClient(base);
        for (Operation operation : description.operations()) {
            if (operation.isOpen()) {
                open.add(operation.name());
                continue;
            }
            boolean withBody = !description.request(operation).isEmpty();
            String path = operation
                    .path()
                    .replace("{kind}", "mute")
                    .replaceAll("\\{[a-z]+}", "1")
                    .substring(1);
            for (String token : List.of("", "Bearer nonsense", "Basic YWRtaW46YWRtaW4=")) {
                var reply = token.isEmpty()
                        ? nobody.raw(operation.method(), path, withBody ? "{}" : null)
                        : nobody.raw(operation.method(), path, withBody ? "{}" : null, "Authorization", token);

                assertThat(reply.status())
                        .as("%s with '%s'", operation.name(), token)
                        .isEqualTo(401);
                assertThat(reply.code()).as(operation.name()).isEqualTo("unauthorized");
            }
        }
        assertThat(open).isEqualTo(new TreeSet<>(WITHOUT_SIGN_IN));
    }

    @Test
    void aMethodThatAPathDoesNotHaveIsAProblemOfThatStatus() {
        var reply = new ApiClient(base).raw("DELETE", "api/v1/login", null);

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.body().path("status").asInt()).isEqualTo(405);
        assertThat(reply.code()).isEqualTo("bad_request");
        assertThat(reply.raw().headers().firstValue("Allow").orElse("")).contains("POST");
    }

    @Test
    void itTellsNothingOfTheInside() throws UnknownHostException {
        String text = served();

        assertThat(description.document().at("/servers/0/url").asText()).isEqualTo("/");
        assertThat(text).doesNotContain("io.confab", "Payara", "payara", "jdbc", base.getAuthority());
        assertThat(text).doesNotContain("//" + InetAddress.getLocalHost().getHostName());
    }

    private void rules(ApiClient ann, ApiClient admin) {
        ObjectNode rule = Json.object().put("name", "of the description").put("act", "block");
        rule.putObject("trigger").put("kind", "words").putArray("words").add("quuxdescribed");
        ObjectNode body = Json.object().put("cid", "described-" + ann.user().substring(2));
        body.set("rule", rule);
        ask(ann, 403, "GET /rules", null);
        ask(ann, 403, "POST /rules", body);
        ask(admin, 400, "POST /rules", Json.object().put("cid", "none"));
        JsonNode made = ask(admin, 201, "POST /rules", body);
        String id = made.path("id").asText();
        ask(admin, 200, "GET /rules", null);
        ask(admin, 404, "GET /rules/{id}", null, "q_none");
        ObjectNode trial = Json.object().put("text", "a QUUXDESCRIBED text");
        trial.set("rule", rule);
        ask(admin, 200, "POST /rules/trial", trial);
        ask(ann, 403, "POST /rules/trial", trial);
        ask(admin, 404, "GET /rules/{id}/dry-run", null, id);
        ask(admin, 202, "POST /rules/{id}/dry-run", null, id);
        ask(admin, 200, "GET /rules/{id}/dry-run", null, id);
        ask(admin, 200, "GET /rules/{id}", null, id);
        ask(admin, 200, "GET /rules/{id}/hits", null, id);
        body.remove("cid");
        ask(admin, 409, "PUT /rules/{id}", body.deepCopy().put("revision", 7), id);
        ask(admin, 200, "PUT /rules/{id}", body.deepCopy().put("revision", 1), id);
        ask(admin, 200, "PUT /rules/{id}/mode", Json.object().put("mode", "off").put("revision", 2), id);
        ask(admin, 200, "DELETE /rules/{id}?revision=3", null, id);
    }

    @Test
    void everyOperationAnswersAsDescribed() {
        String password = "staple of another horse";
        var ann = ApiClient.registered(base);
        var bob = ApiClient.registered(base);
        ApiClient admin = SharedServer.admin();
        var login = Json.object().put("username", ann.username()).put("password", ApiClient.PASSWORD);

        ask(ann, 201, "POST /register", login.deepCopy().put("username", "r" + ann.username()));
        ask(ann, 409, "POST /register", login);
        ask(ann, 401, "POST /login", login.deepCopy().put("password", "not the password"));
        JsonNode other = ask(ann, 200, "POST /login", login);
        ask(
                ann,
                200,
                "POST /token",
                Json.object().put("refresh", other.path("refresh").asText()));
        ask(ann, 401, "POST /token", Json.object().put("refresh", "nothing"));
        ask(ann, 200, "GET /sessions", null);
        ask(ann, 204, "DELETE /sessions/{id}", null, other.path("session").asText());
        ask(ann, 404, "DELETE /sessions/{id}", null, other.path("session").asText());
        ask(ann, 200, "GET /me", null);
        ask(ann, 200, "GET /users/{id}", null, bob.user());
        ask(ann, 200, "GET /users?q=" + bob.username(), null);
        ask(ann, 400, "GET /users?limit=0", null);
        secondFactors(ann, bob, admin, login);
        String room = rooms(ann, bob);
        messages(ann, bob, room);
        moderation(ann, bob, admin, room);
        reports(ann, bob, room);
        jobs(bob, admin, room);
        rules(ann, admin);
        ask(ann, 200, "DELETE /rooms/{room}", null, room);
        ask(bob, 403, "POST /rooms/{room}/messages", message("late"), room);
        ask(ann, 400, "GET /stream?rooms=no!room", null);
        ask(ann, 403, "POST /invites", Json.object());
        ask(admin, 400, "POST /invites", Json.object().put("days", 0));
        invites(ann, admin);
        ask(ann, 403, "GET /audit", null);
        ask(admin, 400, "GET /audit?limit=0", null);
        ask(admin, 200, "GET /audit?limit=5", null);
        ask(ann, 403, "GET /settings", null);
        ask(admin, 200, "GET /settings", null);
        ask(ann, 403, "GET /audit/verification", null);
        ask(admin, 400, "GET /audit/verification?head=none", null);
        ask(admin, 200, "GET /audit/verification", null);
        ask(ann, 403, "PUT /users/{id}/suspension", Json.object(), bob.user());
        ask(admin, 200, "PUT /users/{id}/suspension", Json.object().put("reason", "a test"), bob.user());
        ask(admin, 200, "DELETE /users/{id}/suspension?reason=over", null, bob.user());
        ask(ann, 403, "GET /search/messages?q=hello", null);
        ask(admin, 400, "GET /search/messages", null);
        ask(admin, 200, "GET /search/messages?by=" + ann.user(), null);
        people(ann, bob, admin);
        accounts(ann, bob, admin);
        ask(
                ann,
                200,
                "POST /password",
                Json.object().put("current", ApiClient.PASSWORD).put("new", password));
        ask(ann, 204, "POST /logout", null);
        ann.login(ann.username(), password);
        ask(ann, 204, "DELETE /sessions", null);

        ask(
                bob,
                403,
                "POST /nodes/self/drain",
                null); // an admin's would drain the server of all tests: StormIT does that

        nodes(ann, admin);

        assertThat(asked)
                .isEqualTo(description.operations().stream()
                        .map(Operation::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private void reports(ApiClient ann, ApiClient bob, String room) {
        long seq = ann.post(room, "buy this").body().path("seq").asLong();
        ObjectNode spam = Json.object().put("room", room).put("seq", seq).put("type", "spam");
        JsonNode report = ask(bob, 201, "POST /reports", spam);
        ask(bob, 200, "POST /reports", spam);
        ask(bob, 400, "POST /reports", Json.object().put("type", "spam"));
        ask(bob, 404, "POST /reports", spam.deepCopy().put("seq", seq + 1_000));
        ask(ann, 400, "POST /reports", spam);
        ask(bob, 201, "POST /reports", Json.object().put("user", ann.user()).put("type", "hate"));
        ask(bob, 200, "GET /reports?limit=1", null);
        ask(bob, 200, "GET /reports?before=" + report.path("report").asText(), null);
        ask(bob, 400, "GET /reports?limit=0", null);
        cases(bob, report);
    }

    private void cases(ApiClient bob, JsonNode report) {
        ApiClient admin = SharedServer.admin();
        ask(bob, 403, "GET /cases", null);
        ask(admin, 400, "GET /cases?state=lost", null);
        String id = "";
        for (JsonNode row : ask(admin, 200, "GET /cases?state=open", null).path("cases")) {
            id = row.path("room").equals(report.path("room")) ? row.path("case").asText() : id;
        }
        ask(bob, 403, "GET /cases/{id}", null, id);
        ask(admin, 404, "GET /cases/{id}", null, "k_none");
        long version =
                ask(admin, 200, "GET /cases/{id}", null, id).path("version").asLong();
        ask(bob, 403, "GET /cases/{id}/alike", null, id);
        ask(admin, 200, "GET /cases/{id}/alike", null, id);
        ask(admin, 404, "GET /cases/{id}/alike", null, "k_none");
        ask(bob, 403, "PUT /cases/{id}/claim", Json.object(), id);
        ask(admin, 200, "PUT /cases/{id}/claim", Json.object().put("over", true), id);
        ObjectNode note =
                Json.object().put("cid", ApiClient.cid()).put("verdict", "note").put("note", "hm");
        ask(admin, 201, "POST /cases/{id}/decisions", note, id);
        ask(admin, 400, "POST /cases/{id}/decisions", Json.object().put("verdict", "note"), id);
        ObjectNode agree = note.deepCopy().put("cid", ApiClient.cid()).put("verdict", "agree");
        agree.put("version", version)
                .put("reason", "no advertising")
                .putArray("acts")
                .addObject()
                .put("act", "delete");
        agree.putArray("also").addObject().put("case", "k_none").put("version", 1);
        ask(bob, 403, "POST /cases/{id}/decisions", agree, id);
        JsonNode decision = ask(admin, 201, "POST /cases/{id}/decisions", agree, id);
        ask(admin, 200, "POST /cases/{id}/decisions", agree, id);
        ask(admin, 409, "POST /cases/{id}/decisions", agree.deepCopy().put("cid", ApiClient.cid()), id);
        String made = decision.path("decision").asText();
        ask(admin, 201, "POST /cases/decisions/{decision}/finish", null, made);
        ask(admin, 404, "POST /cases/decisions/{decision}/finish", null, "d_none");
        ObjectNode undo = Json.object().put("cid", ApiClient.cid()).put("version", version);
        ask(admin, 409, "POST /cases/decisions/{decision}/undo", undo, made);
        ask(admin, 201, "POST /cases/decisions/{decision}/undo", undo.put("version", version + 1), made);
        templates(bob, admin);
        ask(bob, 200, "GET /notices", null);
        ask(bob, 204, "PUT /notices/{id}/seen", null, "d_none-1");
    }

    private void templates(ApiClient bob, ApiClient admin) {
        ObjectNode template =
                Json.object().put("title", "Kindness").put("text", "be kind").put("type", "hate");
        ask(bob, 403, "GET /reason-templates", null);
        ask(admin, 200, "GET /reason-templates", null);
        ask(bob, 403, "PUT /reason-templates/{id}", template, "t_kind");
        ask(admin, 400, "PUT /reason-templates/{id}", Json.object().put("title", "x"), "t_kind");
        ask(admin, 200, "PUT /reason-templates/{id}", template.put("version", ""), "t_kind");
        ask(admin, 409, "PUT /reason-templates/{id}", template.put("text", "be kinder"), "t_kind");
        ask(bob, 403, "DELETE /reason-templates/{id}", null, "t_kind");
        ask(admin, 204, "DELETE /reason-templates/{id}", null, "t_kind");
    }

    private void secondFactors(ApiClient ann, ApiClient bob, ApiClient admin, ObjectNode login) {
        ObjectNode password = Json.object().put("password", ApiClient.PASSWORD);
        ask(ann, 200, "GET /second-factor", null);
        ask(ann, 401, "POST /second-factor", Json.object().put("password", "not the password"));
        JsonNode setup = ask(ann, 201, "POST /second-factor", password);
        var app = new Authenticator(setup.path("secret").asText());
        ask(ann, 401, "POST /second-factor/confirmation", Json.object().put("otp", app.wrong()));
        JsonNode codes = ask(
                        ann,
                        200,
                        "POST /second-factor/confirmation",
                        Json.object().put("otp", app.code()))
                .path("recovery_codes");
        ask(ann, 409, "POST /second-factor", password);
        ask(ann, 200, "GET /second-factor", null);
        assertThat(ask(ann, 401, "POST /login", login).path("code").asText()).isEqualTo("otp_required");
        ask(ann, 401, "POST /login", login.deepCopy().put("otp", app.wrong()));
        ask(ann, 200, "POST /login", login.deepCopy().put("otp", codes.path(0).asText()));
        ObjectNode removal = password.deepCopy().put("otp", codes.path(0).asText());
        ask(ann, 401, "POST /second-factor/removal", removal);
        ask(ann, 401, "POST /second-factor/recovery-codes", removal);
        JsonNode fresh = ask(
                ann,
                200,
                "POST /second-factor/recovery-codes",
                removal.put("otp", codes.path(1).asText()));
        ask(
                ann,
                204,
                "POST /second-factor/removal",
                removal.put("otp", fresh.path("recovery_codes").path(0).asText()));
        ask(ann, 409, "POST /second-factor/recovery-codes", removal);
        ask(ann, 200, "GET /policies/second-factor", null);
        ask(ann, 403, "PUT /policies/second-factor", Json.object().put("asked_of", "staff"));
        ask(admin, 409, "PUT /policies/second-factor", Json.object().put("asked_of", "staff"));
        ask(admin, 400, "PUT /policies/second-factor", Json.object().put("asked_of", "dogs"));
        ask(admin, 200, "PUT /policies/second-factor", Json.object().put("asked_of", "nobody"));
        ask(ann, 403, "DELETE /users/{id}/second-factor", null, bob.user());
        ask(admin, 200, "DELETE /users/{id}/second-factor?reason=lost", null, bob.user());
    }

    private void people(ApiClient ann, ApiClient bob, ApiClient admin) {
        ObjectNode note = Json.object().put("cid", ApiClient.cid()).put("text", "was rude");
        ask(ann, 403, "POST /users/{id}/notes", note, bob.user());
        ask(admin, 400, "POST /users/{id}/notes", note.deepCopy().put("text", " "), bob.user());
        ask(admin, 404, "POST /users/{id}/notes", note, "u_nobody");
        ask(admin, 201, "POST /users/{id}/notes", note, bob.user());
        ask(admin, 200, "POST /users/{id}/notes", note, bob.user());
        ask(admin, 409, "POST /users/{id}/notes", note.deepCopy().put("text", "another"), bob.user());
        ask(bob, 403, "GET /users/{id}/notes", null, bob.user());
        ask(admin, 400, "GET /users/{id}/notes?before=soon", null, bob.user());
        ask(admin, 200, "GET /users/{id}/notes?limit=1", null, bob.user());
        ask(ann, 403, "GET /sanctions", null);
        ask(admin, 400, "GET /sanctions?state=past", null);
        ask(admin, 200, "GET /sanctions?state=over&kind=mute&limit=1", null);
        ask(admin, 200, "GET /sanctions", null);
        String now = ask(ann, 200, "GET /policies/registration", null)
                .path("registration")
                .asText();
        ObjectNode rule = Json.object().put("registration", now).put("reason", "as it is");
        ask(ann, 403, "PUT /policies/registration", rule);
        ask(admin, 400, "PUT /policies/registration", rule.deepCopy().put("registration", "perhaps"));
        ask(admin, 200, "PUT /policies/registration", rule);
        ask(ann, 403, "GET /policies/hide-score", null);
        int score =
                ask(admin, 200, "GET /policies/hide-score", null).path("score").asInt();
        ObjectNode hiding = Json.object().put("score", score).put("reason", "as it is");
        ask(ann, 403, "PUT /policies/hide-score", hiding);
        ask(admin, 400, "PUT /policies/hide-score", hiding.deepCopy().put("score", -1));
        ask(admin, 200, "PUT /policies/hide-score", hiding);
    }

    private void invites(ApiClient ann, ApiClient admin) {
        ObjectNode wish = Json.object().put("days", 1).put("reason", "a test");
        String id = ask(admin, 201, "POST /invites", wish).path("id").asText();
        ask(ann, 403, "GET /invites", null);
        ask(admin, 400, "GET /invites?limit=0", null);
        assertThat(ask(admin, 200, "GET /invites?limit=1", null).at("/invites/0/id"))
                .hasToString("\"" + id + "\"");
        ask(ann, 403, "DELETE /invites/{invite}", null, id);
        ask(admin, 404, "DELETE /invites/{invite}", null, "x".repeat(43));
        ask(admin, 200, "DELETE /invites/{invite}?reason=over", null, id);
        ask(admin, 200, "DELETE /invites/{invite}", null, id);
    }

    private void accounts(ApiClient ann, ApiClient bob, ApiClient admin) {
        ObjectNode role = Json.object().put("role", "auditor").put("reason", "a test");
        ask(ann, 403, "PUT /users/{id}/role", role, bob.user());
        ask(admin, 400, "PUT /users/{id}/role", Json.object().put("role", "king"), bob.user());
        ask(admin, 400, "PUT /users/{id}/role", role, admin.user());
        ask(admin, 404, "PUT /users/{id}/role", role, "u_nobody");
        ask(admin, 200, "PUT /users/{id}/role", role, bob.user());
        ask(admin, 200, "PUT /users/{id}/role", role.put("role", "user"), bob.user());
        String device = bob.signedInAgain()
                .get("api/v1/sessions")
                .body()
                .at("/sessions/0/id")
                .asText();
        ask(ann, 403, "GET /users/{id}/sessions", null, bob.user());
        ask(admin, 404, "GET /users/{id}/sessions", null, "u_nobody");
        ask(admin, 200, "GET /users/{id}/sessions", null, bob.user());
        ask(ann, 403, "DELETE /users/{id}/sessions/{session}", null, bob.user(), device);
        ask(admin, 200, "DELETE /users/{id}/sessions/{session}?reason=lost", null, bob.user(), device);
        ask(ann, 403, "DELETE /users/{id}/sessions", null, bob.user());
        ask(admin, 404, "DELETE /users/{id}/sessions", null, "u_nobody");
        ask(admin, 200, "DELETE /users/{id}/sessions?reason=lost", null, bob.user());
        bob.login(bob.username(), ApiClient.PASSWORD);
        ObjectNode warning = Json.object().put("cid", ApiClient.cid()).put("text", "be kind");
        ask(ann, 403, "POST /users/{id}/warnings", warning, bob.user());
        ask(admin, 400, "POST /users/{id}/warnings", warning.deepCopy().put("text", " "), bob.user());
        ask(admin, 404, "POST /users/{id}/warnings", warning, "u_nobody");
        String id = ask(admin, 201, "POST /users/{id}/warnings", warning.put("reason", "rude"), bob.user())
                .path("warning")
                .asText();
        ask(admin, 200, "POST /users/{id}/warnings", warning, bob.user());
        ask(admin, 409, "POST /users/{id}/warnings", warning.deepCopy().put("text", "else"), bob.user());
        assertThat(ask(bob, 200, "GET /notices", null).path("notices").toString())
                .contains("be kind", id);
        ask(ann, 403, "GET /users/{id}/warnings", null, bob.user());
        ask(admin, 400, "GET /users/{id}/warnings?limit=0", null, bob.user());
        ask(admin, 200, "GET /users/{id}/warnings", null, bob.user());
        ask(ann, 403, "DELETE /users/{id}/warnings/{warning}", null, bob.user(), id);
        ask(admin, 404, "DELETE /users/{id}/warnings/{warning}", null, bob.user(), "w_none");
        ask(admin, 200, "DELETE /users/{id}/warnings/{warning}?reason=wrong", null, bob.user(), id);
        ask(admin, 409, "DELETE /users/{id}/warnings/{warning}", null, bob.user(), id);
        assertThat(ask(bob, 200, "GET /notices", null).path("notices").toString())
                .doesNotContain(id);
    }

    private void nodes(ApiClient nobody, ApiClient admin) {
        ask(admin, 200, "GET /nodes", null);
        ObjectNode test = Json.object().put("do", "self_test").put("cid", ApiClient.cid());
        String order = ask(admin, 202, "POST /nodes/{node}/orders", test, "all")
                .path("order")
                .asText();
        ask(admin, 202, "POST /nodes/{node}/orders", test, "all");
        ask(admin, 409, "POST /nodes/{node}/orders", test.deepCopy().put("do", "undrain"), "all");
        ask(admin, 400, "POST /nodes/{node}/orders", Json.object().put("do", "log_level"), "all");
        ask(admin, 404, "POST /nodes/{node}/orders", Json.object().put("do", "self_test"), "n_none");
        ask(admin, 200, "GET /nodes/orders", null);
        ask(admin, 200, "GET /nodes/orders/{order}", null, order);
        ask(admin, 404, "GET /nodes/orders/{order}", null, "o_none");
        ask(nobody, 401, "GET /nodes", null);
    }

    private String rooms(ApiClient ann, ApiClient bob) {
        String cid = ApiClient.cid();
        ObjectNode wish = Json.object().put("cid", cid).put("kind", "public").put("name", "described");
        String room = ask(ann, 201, "POST /rooms", wish).path("room").asText();
        ask(ann, 200, "POST /rooms", wish);
        ask(ann, 409, "POST /rooms", wish.deepCopy().put("name", "another"));
        ObjectNode direct = Json.object().put("cid", ApiClient.cid()).put("kind", "direct");
        direct.putArray("members").add(bob.user());
        ask(ann, 201, "POST /rooms", direct);
        ask(ann, 200, "GET /rooms", null);
        ask(bob, 200, "GET /rooms?public=true&q=descr", null);
        ask(ann, 200, "PATCH /rooms/{room}", Json.object().put("topic", "all of it"), room);
        ask(bob, 403, "GET /rooms/{room}/members", null, room);
        ask(bob, 200, "POST /rooms/{room}/members", Json.object(), room);
        ask(ann, 200, "PUT /rooms/{room}/members/{user}", Json.object().put("role", "moderator"), room, bob.user());
        ask(ann, 200, "DELETE /rooms/{room}/members/{user}", null, room, bob.user());
        ask(ann, 200, "POST /rooms/{room}/members", Json.object().put("user", bob.user()), room);
        var kind = List.of(room, bob.user(), "mute");
        ask(ann, 200, "PUT /rooms/{room}/sanctions/{user}/{kind}", Json.object().put("reason", "loud"), kind);
        ask(bob, 403, "POST /rooms/{room}/messages", message("muted"), room);
        ask(ann, 200, "GET /rooms/{room}/members", null, room);
        ask(ann, 200, "DELETE /rooms/{room}/sanctions/{user}/{kind}", null, kind);
        ask(ann, 200, "GET /rooms/{room}", null, room);
        ask(ann, 404, "GET /rooms/{room}", null, "r_none");
        ask(bob, 403, "GET /rooms/{room}/messages?reason=curious", null, room);
        ask(SharedServer.admin(), 200, "GET /rooms/{room}/messages?reason=a%20report", null, room);
        return room;
    }

    private void messages(ApiClient ann, ApiClient bob, String room) {
        ObjectNode hello = message("hello @" + bob.username());
        String seq = ask(ann, 201, "POST /rooms/{room}/messages", hello, room)
                .path("seq")
                .asText();
        ask(ann, 200, "POST /rooms/{room}/messages", hello, room);
        ask(bob, 201, "POST /rooms/{room}/messages", message("back").put("reply_to", Long.parseLong(seq)), room);
        ask(ann, 400, "POST /rooms/{room}/messages", message(" "), room);
        ask(ann, 413, "POST /rooms/{room}/messages", message("a".repeat(8_001)), room);
        ObjectNode edit = Json.object();
        edit.putObject("body").put("type", "text").put("text", "hello!");
        ask(ann, 200, "PATCH /rooms/{room}/messages/{seq}", edit, room, seq);
        ask(bob, 200, "GET /rooms/{room}/messages", null, room);
        ask(ann, 200, "PUT /rooms/{room}/pins/{seq}", null, room, seq);
        ask(bob, 403, "PUT /rooms/{room}/pins/{seq}", null, room, seq);
        ask(bob, 200, "GET /rooms/{room}/pins", null, room);
        ask(bob, 403, "DELETE /rooms/{room}/pins/{seq}", null, room, seq);
        ask(ann, 200, "DELETE /rooms/{room}/pins/{seq}", null, room, seq);
        ask(ann, 200, "DELETE /rooms/{room}/messages/{seq}?reason=typo", null, room, seq);
        ask(ann, 404, "PUT /rooms/{room}/pins/{seq}", null, room, seq);
        ask(bob, 200, "GET /rooms/{room}/messages?after=0&limit=10", null, room);
        ask(bob, 200, "GET /rooms/{room}/events", null, room);
        ask(bob, 200, "PUT /rooms/{room}/read", Json.object().put("seq", 1), room);
        ask(bob, 400, "PUT /rooms/{room}/read", Json.object(), room);
        ask(bob, 400, "GET /rooms/{room}/events?limit=0", null, room);
    }

    private void moderation(ApiClient ann, ApiClient bob, ApiClient admin, String room) {
        JsonNode said = ask(bob, 201, "POST /rooms/{room}/messages", message("buy now"), room);
        String seq = said.path("seq").asText();
        ObjectNode why = Json.object().put("reason", "reported");
        ask(bob, 403, "PUT /rooms/{room}/messages/{seq}/hidden", why, room, seq);
        ask(ann, 200, "PUT /rooms/{room}/messages/{seq}/hidden", why, room, seq);
        ask(bob, 200, "GET /rooms/{room}/messages", null, room);
        ask(bob, 200, "GET /rooms/{room}/events", null, room);
        ask(ann, 403, "GET /rooms/{room}/messages/{seq}/withheld?reason=curious", null, room, seq);
        ask(admin, 400, "GET /rooms/{room}/messages/{seq}/withheld", null, room, seq);
        ask(admin, 200, "GET /rooms/{room}/messages/{seq}/withheld?reason=report", null, room, seq);
        ask(ann, 403, "GET /rooms/{room}/messages/{seq}/delivery", null, room, seq);
        ask(admin, 400, "GET /rooms/{room}/messages/{seq}/delivery?limit=0", null, room, seq);
        ask(admin, 200, "GET /rooms/{room}/messages/{seq}/delivery?reason=ticket", null, room, seq);
        ask(admin, 404, "GET /rooms/{room}/messages/{seq}/delivery?reason=ticket", null, room, "999999");
        ask(ann, 200, "DELETE /rooms/{room}/messages/{seq}/hidden", null, room, seq);
        ObjectNode all = Json.object();
        all.putArray("seqs").add(said.path("seq").asLong());
        ask(ann, 200, "POST /rooms/{room}/messages/removal", all, room);
        ask(ann, 400, "POST /rooms/{room}/messages/removal", Json.object(), room);
        ask(bob, 200, "GET /rooms/{room}/events", null, room);
        ask(bob, 200, "DELETE /rooms/{room}/messages/{seq}", null, room, seq);
        ask(ann, 409, "DELETE /rooms/{room}/messages/{seq}/hidden", null, room, seq);
    }

    private void jobs(ApiClient bob, ApiClient admin, String room) {
        String about = "?room=" + room + "&user=" + bob.user();
        ask(bob, 403, "GET /jobs/deletions/preview" + about + "&back_ms=60000", null);
        ask(admin, 400, "GET /jobs/deletions/preview" + about, null);
        ask(admin, 200, "GET /jobs/deletions/preview" + about + "&back_ms=60000", null);
        String id = ApiClient.cid();
        ObjectNode deletion = Json.object()
                .put("cid", id)
                .put("room", room)
                .put("back_ms", 60_000)
                .put("reason", "a test")
                .put("told", "tidied up");
        ask(bob, 403, "POST /jobs/deletions", deletion);
        ask(admin, 400, "POST /jobs/deletions", deletion.deepCopy().put("mute_ms", 60_000));
        ask(admin, 404, "POST /jobs/deletions", deletion.deepCopy().put("room", "r_none"));
        ask(admin, 202, "POST /jobs/deletions", deletion);
        ask(admin, 202, "POST /jobs/deletions", deletion);
        ask(admin, 409, "POST /jobs/deletions", deletion.deepCopy().put("reason", "another"));
        ObjectNode words =
                Json.object().put("cid", ApiClient.cid()).put("text", "hello").put("reason", "a test");
        words.putArray("rooms").add(room);
        ask(bob, 403, "POST /jobs/announcements", words);
        ask(admin, 400, "POST /jobs/announcements", words.deepCopy().put("everywhere", true));
        ask(admin, 202, "POST /jobs/announcements", words);
        ask(bob, 403, "GET /jobs", null);
        ask(admin, 200, "GET /jobs", null);
        ask(admin, 200, "GET /jobs/{id}", null, id);
        ask(admin, 404, "GET /jobs/{id}", null, "none");
        ObjectNode reason = Json.object().put("reason", "a mistake");
        ask(bob, 403, "POST /jobs/{id}/stop", reason, id);
        ask(admin, 400, "POST /jobs/{id}/stop", Json.object(), id);
        ask(admin, 404, "POST /jobs/{id}/stop", reason, "none");
        ObjectNode back = Json.object().put("cid", ApiClient.cid()).put("reason", "a mistake");
        ask(bob, 403, "POST /jobs/{id}/restoration", back, id);
        ask(admin, 400, "POST /jobs/{id}/restoration", back.deepCopy().put("reason", " "), id);
        ask(admin, 404, "POST /jobs/{id}/restoration", back, "none");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> admin.get("api/v1/jobs/" + id).body().has("done_at"));
        ask(admin, 202, "POST /jobs/{id}/restoration", back, id);
        ask(admin, 202, "POST /jobs/{id}/restoration", back, id);
        ask(admin, 409, "POST /jobs/{id}/restoration", back.deepCopy().put("cid", ApiClient.cid()), id);
        ask(admin, 200, "GET /jobs/{id}", null, id);
    }

    private static ObjectNode message(String text) {
        var message = Json.object().put("cid", ApiClient.cid());
        message.putObject("body").put("type", "text").put("text", text);
        return message;
    }

    private JsonNode ask(ApiClient who, int status, String call, @Nullable ObjectNode body, String... names) {
        return ask(who, status, call, body, List.of(names));
    }

    /** Calls, expects the status, and holds request and answer to the description. */
    private JsonNode ask(ApiClient who, int status, String call, @Nullable ObjectNode body, List<String> names) {
        String method = call.substring(0, call.indexOf(' '));
        String template = "/api/v1" + call.substring(call.indexOf(' ') + 1);
        Operation operation = description.operation(method, template.replaceAll("\\?.*", ""));
        String path = template;
        for (String name : names) {
            path = path.replaceFirst("\\{[a-z]+}", name);
        }
        var reply = who.call(method, path.substring(1), body);

        assertThat(reply.status()).as("%s: %s", call, reply.body()).isEqualTo(status);
        if (body != null && status < 400) {
            JsonNode described = described(description.request(operation), "application/json", call);
            assertThat(description.faults(described, body))
                    .as("request of %s", call)
                    .isEmpty();
        }
        assertThat(operation.node().path("responses").has(Integer.toString(status)))
                .as("%s answers %s", call, status)
                .isTrue();
        if (status != 204) {
            String type =
                    reply.raw().headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
            JsonNode described = described(description.answer(operation, Integer.toString(status)), type, call);
            assertThat(description.faults(described, reply.body()))
                    .as("answer of %s", call)
                    .isEmpty();
        }
        asked.add(operation.name());
        return reply.body();
    }

    private static JsonNode described(Map<String, JsonNode> content, String type, String call) {
        assertThat(content).as(call).containsKey(type);
        return content.get(type).path("schema");
    }
}
