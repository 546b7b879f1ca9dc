package io.confab.gateway;

import io.confab.kernel.Sha256;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of the chat page, its client and the protocol, from memory. Browsers ask each time whether they have changed, by a hash of the
 * content: their dates do not tell versions apart, and a page of one version must not run scripts of another
 * (docs/adr/0062).
 */
public class PageFiles extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String PAGE = "/index.html";

    private final ConcurrentHashMap<String, File> files = new ConcurrentHashMap<>();

    private static final class File implements Serializable {
        private static final long serialVersionUID = 1L;

        final byte[] content;
        final String type;
        final String tag;

        File(byte[] content, String type, String tag) {
            this.content = content;
            this.type = type;
            this.tag = tag;
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<File> found = file(path(request));
        if (found.isEmpty()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        File file = found.get();
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("ETag", file.tag);
        if (isKnown(file.tag, request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(file.type);
        response.setContentLength(file.content.length);
        response.getOutputStream().write(file.content);
    }

    /** The weak comparison of RFC 9110 13.1.2: a balancer that compresses weakens the tag. */
    private static boolean isKnown(String tag, @Nullable String ifNoneMatch) {
        return ifNoneMatch != null
                && Arrays.stream(ifNoneMatch.split(","))
                        .map(String::strip)
                        .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
    }

    private static String path(HttpServletRequest request) {
        String more = request.getPathInfo();
        String path = request.getServletPath() + (more == null ? "" : more);
        return path.isEmpty() || path.equals("/") ? PAGE : path;
    }

    /** As many are kept as the WAR has in its three folders. */
    private Optional<File> file(String path) throws IOException {
        File known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        if (path.indexOf('.', path.lastIndexOf('/')) < 0) {
            return Optional.empty(); // a folder
        }
        try (InputStream content = getServletContext().getResourceAsStream(path)) {
            if (content == null) {
                return Optional.empty();
            }
            File file = read(path, content.readAllBytes());
            files.put(path, file);
            return Optional.of(file);
        }
    }

    private File read(String path, byte[] content) {
        String type = getServletContext().getMimeType(path);
        return new File(
                content,
                (type == null ? "application/octet-stream" : type) + ";charset=UTF-8",
                '"' + Sha256.version(content) + '"');
    }
}
