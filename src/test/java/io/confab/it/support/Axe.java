package io.confab.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import io.confab.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What axe-core finds wrong with a page for people with disabilities (WCAG 2.2 A and AA, and best practice). */
final class Axe {
    private static final Set<String> SERIOUS = Set.of("serious", "critical");
    private static final String SCRIPT = script();
    private static final String RUN =
            "async () => JSON.stringify((await axe.run(document, {resultTypes: ['violations']})).violations)";

    private Axe() {}

    /** Fails with the rule and the place of each serious fault. */
    static void assertNothingSerious(Page page, String name) {
        page.evaluate(SCRIPT);
        var faults = new ArrayList<String>();
        for (JsonNode violation : Json.read((String) page.evaluate(RUN))) {
            if (SERIOUS.contains(violation.path("impact").asText())) {
                faults.add(violation.path("id").asText() + ": " + places(violation));
            }
        }
        assertThat(faults).as("serious faults of %s by axe", name).isEmpty();
    }

    private static List<String> places(JsonNode violation) {
        var places = new ArrayList<String>();
        for (JsonNode node : violation.path("nodes")) {
            places.add(node.path("html").asText() + " "
                    + node.path("failureSummary").asText());
        }
        return places;
    }

    private static String script() {
        try (var in = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
