package io.confab.it.support;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files by which operators watch Confab: the alert rules of Prometheus and the dashboard of Grafana, read strictly. */
public final class Watching {
    public static final Path ALERTS = Path.of("server-config/prometheus/alerts.yml");
    public static final Path ALERT_TESTS = Path.of("server-config/prometheus/alerts-test.yml");
    public static final Path SCRAPING = Path.of("server-config/prometheus/prometheus.yml");
    public static final Path DASHBOARD = Path.of("server-config/grafana/confab.json");

    private Watching() {}

    /** @param where for people */
    public record Expression(String where, String promql) {}

    public static JsonNode yaml(Path file) {
        return read(new YAMLMapper(), file);
    }

    public static JsonNode dashboard() {
        return read(new ObjectMapper(), DASHBOARD);
    }

    private static JsonNode read(ObjectMapper mapper, Path file) {
        try {
            return mapper.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** All alerts of all groups. */
    public static List<JsonNode> alerts() {
        var alerts = new ArrayList<JsonNode>();
        yaml(ALERTS).path("groups").forEach(group -> group.path("rules").forEach(alerts::add));
        return alerts;
    }

    /** The panels that show something; rows are not among them. */
    public static List<JsonNode> panels() {
        var panels = new ArrayList<JsonNode>();
        dashboard().path("panels").forEach(panel -> {
            if (!panel.path("type").asText().equals("row")) {
                panels.add(panel);
            }
        });
        return panels;
    }

    /** Every expression of every alert and panel, the dashboard's variables filled in. */
    public static List<Expression> expressions() {
        var all = new ArrayList<Expression>();
        alerts().forEach(alert -> all.add(new Expression(
                "alert " + alert.path("alert").asText(), alert.path("expr").asText())));
        panels().forEach(panel -> panel.path("targets")
                .forEach(target -> all.add(new Expression(
                        "panel " + panel.path("title").asText(),
                        target.path("expr")
                                .asText()
                                .replace("$__rate_interval", "5m")
                                .replace("$job", "confab")
                                .replace("$instance", "x")))));
        return all;
    }
}
