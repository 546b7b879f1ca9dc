package io.confab.admin;

import io.confab.kernel.Sha256;
import jakarta.faces.application.Resource;
import jakarta.faces.application.ResourceHandler;
import jakarta.faces.application.ResourceHandlerWrapper;
import jakarta.faces.application.ResourceWrapper;
import jakarta.faces.context.FacesContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a hash of their content into the addresses of the console's own files. Faces lets browsers keep them for a week,
 * so after an upgrade an old style would meet new pages (docs/adr/0062).
 */
public class ContentVersions extends ResourceHandlerWrapper {
    private static final String LIBRARY = "console";

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
            return super.getRequestPath() + "&v=" + own();
        }

        /** A page of another version, from a node upgraded before this one, must not keep our content under its address. */
        @Override
        public Map<String, String> getResponseHeaders() {
            String asked = FacesContext.getCurrentInstance()
                    .getExternalContext()
                    .getRequestParameterMap()
                    .get("v");
            return own().equals(asked) ? super.getResponseHeaders() : Map.of("Cache-Control", "no-store");
        }

        private String own() {
            return versions.computeIfAbsent(getResourceName(), name -> version(getWrapped()));
        }
    }

    private static String version(Resource file) {
        try (InputStream content = file.getInputStream()) {
            return Sha256.version(content.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
