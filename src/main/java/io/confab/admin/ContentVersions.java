package io.confab.admin;

import jakarta.faces.application.Resource;
import jakarta.faces.application.ResourceHandler;
import jakarta.faces.application.ResourceHandlerWrapper;
import jakarta.faces.application.ResourceWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a hash of their content into the addresses of the console's own files. Faces lets browsers keep them for a week,
 * so after an upgrade an old style would meet new pages (docs/adr/0062).
 */
public class ContentVersions extends ResourceHandlerWrapper {
    private static final String LIBRARY = "console";
    private static final int CHARACTERS = 16;

    private final ConcurrentHashMap<String, String> versions = new ConcurrentHashMap<>();

    public ContentVersions(ResourceHandler wrapped) {
        super(wrapped);
    }

    @Override
    public @Nullable Resource createResource(String name, String library) {
        return versioned(super.createResource(name, library), library);
    }

    @Override
    public @Nullable Resource createResource(String name, String library, String contentType) {
        return versioned(super.createResource(name, library, contentType), library);
    }

    private @Nullable Resource versioned(@Nullable Resource resource, String library) {
        return resource != null && LIBRARY.equals(library) ? new Versioned(resource) : resource;
    }

    private final class Versioned extends ResourceWrapper {
        Versioned(Resource wrapped) {
            super(wrapped);
        }

        @Override
        public String getRequestPath() {
            String version = versions.computeIfAbsent(getResourceName(), name -> hash(getWrapped()));
            return super.getRequestPath() + "&v=" + version;
        }
    }

    private static String hash(Resource file) {
        try (InputStream content = file.getInputStream()) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.readAllBytes());
            return HexFormat.of().formatHex(hash).substring(0, CHARACTERS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
