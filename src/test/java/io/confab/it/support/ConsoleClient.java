package io.confab.it.support;

import io.confab.kernel.GlobalRole;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The console without a browser: what a program can send that has a session and no scruples. Keeps the cookie, follows no
 * redirect, sends any field to any page.
 */
public final class ConsoleClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private static final Pattern COOKIE = Pattern.compile("confab_admin=([^;]*)");
    private static final Pattern VIEW_STATE =
            Pattern.compile("name=\"jakarta.faces.ViewState\"[^>]* value=\"([^\"]*)\"");
    private static final Pattern NONCE = Pattern.compile("PrimeFaces.csp.init\\('([^']*)'\\)");
    private static final Pattern COMMAND = Pattern.compile("name=\"act:command\" value=\"([^\"]*)\"");
    private static final Pattern ROW = Pattern.compile("data-ri=\"");

    private final URI base;
    private String cookie = "";
    private String setCookie = "";

    public ConsoleClient(URI base) {
        this.base = base;
    }

    /** An answer. @param location where it sends to, empty: nowhere @param headers all of them, the one of the former too */
    public record Page(int status, String location, String html, HttpHeaders headers) {
        private static final HttpHeaders NONE = HttpHeaders.of(Map.of(), (name, value) -> true);

        /** No answer: a form that was never opened. */
        public static final Page UNOPENED = new Page(200, "", "", NONE);

        /** The value of a header that comes once; empty: it did not come, or more than once. */
        public String header(String name) {
            List<String> all = headers.allValues(name);
            return all.size() == 1 ? all.get(0) : "";
        }

        /** How many rows its tables show. */
        public long rows() {
            return ROW.matcher(html).results().count();
        }

        /** What a form of it sends along by which the server knows the page; empty: it has no form. */
        public String viewState() {
            return find(VIEW_STATE, html);
        }

        private Map<String, String> state() {
            return Map.of(
                    "jakarta.faces.ViewState", viewState(),
                    "primefaces.nonce", find(NONCE, html),
                    "act:command", find(COMMAND, html));
        }
    }

    /** Somebody of staff, signed in. */
    public static ConsoleClient signedIn(URI base, String username, String password) {
        var client = new ConsoleClient(base);
        Page answer = client.signIn(username, password);
        if (answer.status() != 302 || !answer.location().endsWith("/admin/overview")) {
            throw new IllegalStateException("sign-in answered " + answer.status() + " " + answer.location());
        }
        return client;
    }

    public Page signIn(String username, String password) {
        Page form = get("signin");
        return post(
                "signin",
                form,
                Map.of(
                        "signIn",
                        "signIn",
                        "signIn:username",
                        username,
                        "signIn:password",
                        password,
                        "signIn:enter",
                        "Sign in"));
    }

    /** Does an act as its form would: fields beside the reason by their names, e.g. {@code act:role}. */
    public Page act(String address, String why, Map<String, String> fields) {
        Page form = get("act?" + address);
        return form.status() == 200 ? press("act?" + address, form, why, fields) : form;
    }

    /** Presses the button of an act's form, which may have been opened long ago or for something else. */
    public Page press(String address, Page form, String why, Map<String, String> fields) {
        var all = new TreeMap<>(Map.of("act", "act", "act:why", why, "act:perform", "do it"));
        all.put("act:lasting", "TEN_MINUTES");
        all.putAll(fields);
        return post(address, form, all);
    }

    /** Gives somebody a role. The caller is an admin. */
    public void give(GlobalRole role, String user) {
        Page done = act("do=role&user=" + user, "a test needs one", Map.of("act:role", role.name()));
        if (done.status() != 302) {
            throw new IllegalStateException("the role was not given: " + done.status());
        }
    }

    public Page get(String path) {
        return send(request(path).GET());
    }

    /** @param form the page whose view state and nonce are sent along */
    public Page post(String path, Page form, Map<String, String> fields) {
        var all = new TreeMap<>(form.state());
        all.putAll(fields);
        String body = all.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** The cookie's value. */
    public String cookie() {
        return cookie;
    }

    /** Goes on with this session. */
    public ConsoleClient withCookie(String value) {
        cookie = value;
        return this;
    }

    /** The last {@code Set-Cookie} header as it came. */
    public String setCookie() {
        return setCookie;
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(base.resolve("admin/" + path)).timeout(Duration.ofSeconds(20));
        return cookie.isEmpty() ? request : request.header("Cookie", "confab_admin=" + cookie);
    }

    private Page send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            answer.headers().firstValue("Set-Cookie").ifPresent(header -> {
                setCookie = header;
                cookie = find(COOKIE, header);
            });
            String location = answer.headers().firstValue("Location").orElse("");
            return new Page(answer.statusCode(), location, answer.body(), answer.headers());
        } catch (IOException e) {
            throw new IllegalStateException(request + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String find(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }
}
