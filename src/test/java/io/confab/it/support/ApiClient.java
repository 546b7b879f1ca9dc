package io.confab.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The HTTP API as a client developer calls it. With a token after {@link #login}; each call says status and JSON. */
public final class ApiClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    /** The password of every account that tests register. */
    public static final String PASSWORD = "correct horse battery staple";

    private final URI base;
    private String user = "";
    private String username = "";
    private String access = "";
    private String refresh = "";

    public ApiClient(URI base) {
        this.base = base;
    }

    /** An answer. @param body an empty object when there was none */
    public record Reply(int status, JsonNode body, HttpResponse<String> raw) {
        public String code() {
            return body.path("code").asText();
        }
    }

    /** The same sign-in at another node: tokens are good on all. */
    public ApiClient at(URI node) {
        var there = new ApiClient(node);
        there.user = user;
        there.username = username;
        there.access = access;
        there.refresh = refresh;
        return there;
    }

    /** Another sign-in of the same person, at the same node. */
    public ApiClient signedInAgain() {
        var again = new ApiClient(base);
        Reply login = again.login(username, PASSWORD);
        if (login.status() != 200) {
            throw new IllegalStateException("login answered " + login.status() + " " + login.body());
        }
        return again;
    }

    /** A new account with a fresh name, signed in. */
    public static ApiClient registered(URI base) {
        return registered(
                base, "u" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    }

    /** A new account, signed in. */
    public static ApiClient registered(URI base, String username) {
        var client = new ApiClient(base);
        Reply reply = client.call(
                "POST",
                "api/v1/register",
                Json.object().put("username", username).put("password", PASSWORD));
        if (reply.status() != 201) {
            throw new IllegalStateException("register answered " + reply.status() + " " + reply.body());
        }
        Reply login = client.login(username, PASSWORD);
        if (login.status() != 200) {
            throw new IllegalStateException("login answered " + login.status() + " " + login.body());
        }
        return client;
    }

    public Reply login(String name, String password) {
        Reply reply =
                call("POST", "api/v1/login", Json.object().put("username", name).put("password", password));
        if (reply.status() == 200) {
            take(reply.body());
            user = reply.body().at("/user/id").asText();
            username = reply.body().at("/user/username").asText();
        }
        return reply;
    }

    /** One who has an account of this name and has not signed in. */
    public ApiClient named(String name) {
        username = name;
        return this;
    }

    /** Signs in again, through a balancer that names this address as the client's. */
    public Reply loginFrom(String address) {
        var body = Json.object().put("username", username).put("password", PASSWORD);
        Reply reply = raw("POST", "api/v1/login", Json.write(body), "X-Forwarded-For", address);
        if (reply.status() == 200) {
            take(reply.body());
            user = reply.body().at("/user/id").asText();
        }
        return reply;
    }

    public Reply refresh() {
        Reply reply = call("POST", "api/v1/token", Json.object().put("refresh", refresh));
        if (reply.status() == 200) {
            take(reply.body());
        }
        return reply;
    }

    private void take(JsonNode pair) {
        access = pair.path("access").asText();
        refresh = pair.path("refresh").asText();
    }

    public String user() {
        return user;
    }

    public String username() {
        return username;
    }

    public String access() {
        return access;
    }

    public URI base() {
        return base;
    }

    /** A new room; its id. */
    public String room(String kind, String... members) {
        var body = Json.object().put("cid", cid()).put("kind", kind).put("name", "room " + kind);
        var list = body.putArray("members");
        for (String member : members) {
            list.add(member);
        }
        Reply reply = call("POST", "api/v1/rooms", body);
        if (reply.status() != 201) {
            throw new IllegalStateException("create answered " + reply.status() + " " + reply.body());
        }
        return reply.body().path("room").asText();
    }

    /** Sends a text; the reply holds its seq. */
    public Reply post(String room, String text) {
        return post(room, text, cid());
    }

    public Reply post(String room, String text, String cid) {
        var body = Json.object();
        body.putObject("body").put("type", "text").put("text", text);
        return call("POST", "api/v1/rooms/" + room + "/messages", body.put("cid", cid));
    }

    public Reply join(String room) {
        return call("POST", "api/v1/rooms/" + room + "/members", Json.object());
    }

    public Reply get(String path) {
        return call("GET", path, null);
    }

    public Reply call(String method, String path, @Nullable ObjectNode body) {
        return raw(method, path, body == null ? null : Json.write(body));
    }

    /** With a body exactly as given, however wrong. */
    public Reply raw(String method, String path, @Nullable String body, String... headers) {
        var request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (!access.isEmpty()) {
            request.header("Authorization", "Bearer " + access);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = response.body();
            boolean json = text.startsWith("{");
            return new Reply(response.statusCode(), json ? Json.read(text) : Json.object(), response);
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A fresh idempotency key. */
    public static String cid() {
        return UUID.randomUUID().toString();
    }
}
