package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What browsers may keep of our files: after an upgrade no page meets a script or style of another version. */
class PageFilesIT {
    private static final Pattern CONSOLE_FILE = Pattern.compile(
            "(?:href|src)=\"(/jakarta\\.faces\\.resource/console\\.(?:css|js)[^\"]*?v=([0-9a-f]{32}))\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base = SharedServer.base();

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String hash(String text) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash);
    }

    @Test
    void filesOfTheConsoleHaveAHashOfTheirContentInTheirAddress() throws Exception {
        List<MatchResult> files =
                CONSOLE_FILE.matcher(get("admin/signin").body()).results().toList();

        assertThat(files).hasSize(2);
        for (MatchResult file : files) {
            HttpResponse<String> answer = get(file.group(1).replace("&amp;", "&"));
            assertThat(answer.statusCode()).as(file.group(1)).isEqualTo(200);
            assertThat(hash(answer.body())).startsWith(file.group(2));
        }
    }

    /** As a page of an upgraded node gets it from one that is not upgraded yet. */
    @Test
    void aFileOfTheConsoleIsNotKeptUnderTheAddressOfAnotherVersion() throws Exception {
        MatchResult file = CONSOLE_FILE
                .matcher(get("admin/signin").body())
                .results()
                .findFirst()
                .orElseThrow();
        String own = file.group(1).replace("&amp;", "&");

        assertThat(get(own).headers().firstValue("Cache-Control").orElse("")).doesNotContain("no-store");
        assertThat(get(own.replace(file.group(2), "0123456789abcdef")).headers().allValues("Cache-Control"))
                .containsExactly("no-store");
    }

    @Test
    void filesOfTheChatPageAreAskedForAgainEachTimeByAHashOfTheirContent() throws Exception {
        for (String path : List.of("", "index.html", "app/main.js", "app/chat.css", "client/confab-client.js")) {
            HttpResponse<String> answer = get(path);
            String tag = answer.headers().firstValue("ETag").orElse("");

            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache");
            assertThat(tag).isEqualTo('"' + hash(answer.body()).substring(0, 32) + '"');
            assertThat(get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
            assertThat(get(path, "If-None-Match", "\"other\", W/" + tag).statusCode())
                    .isEqualTo(304);
            assertThat(get(path, "If-None-Match", "\"of-another-version\"").statusCode())
                    .isEqualTo(200);
        }
        assertThat(get("app/main.js").headers().firstValue("Content-Type").orElse(""))
                .contains("javascript");
        assertThat(get("app/").statusCode()).isEqualTo(404);
        assertThat(get("app/nothing.js").statusCode()).isEqualTo(404);
    }

    @Test
    void noWayOutOfTheirFoldersIsOpen() throws IOException {
        assertThat(asked("/app/main.js")).startsWith("HTTP/1.1 200 ").contains("import ");
        for (String path : List.of(
                "/app/../WEB-INF/web.xml",
                "/app/%2e%2e/WEB-INF/web.xml",
                "/app/..%2fWEB-INF/web.xml",
                "/app/..%5cWEB-INF/web.xml",
                "/app/%252e%252e/WEB-INF/web.xml",
                "/app/..;/WEB-INF/web.xml",
                "/client/../WEB-INF/classes/META-INF/persistence.xml",
                "/WEB-INF/web.xml",
                "/app/../../../../../../etc/passwd")) {
            assertThat(asked(path))
                    .as(path)
                    .containsPattern("\\AHTTP/1\\.1 40[04] ")
                    .doesNotContain("<web-app", "<persistence", "root:");
        }
    }

    /** The whole answer to a path that is sent as it stands: Java's client would tidy it up. */
    private String asked(String path) throws IOException {
        try (var tcp = new Socket(base.getHost(), base.getPort())) {
            tcp.setSoTimeout(Math.toIntExact(ChatClient.PATIENCE.toMillis()));
            tcp.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + base.getAuthority()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(tcp.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
