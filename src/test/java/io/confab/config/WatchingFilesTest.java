package io.confab.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.Watching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alert rules and the dashboard are whole, and each alert has its paragraph. That their metrics exist: MetricsIT. */
class WatchingFilesTest {
    private static final String PAGE = "docs/operations.md";
    private static final Pattern HEADING = Pattern.compile("^#{2,4} (.+)$", Pattern.MULTILINE);

    private static Set<String> anchors() throws IOException {
        return HEADING.matcher(Files.readString(Path.of(PAGE)))
                .results()
                .map((MatchResult heading) -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void eachAlertSaysHowUrgentItIsWhatHappenedAndWhereToRead() throws IOException {
        Set<String> anchors = anchors();

        assertThat(Watching.alerts()).hasSizeGreaterThan(10).allSatisfy(alert -> {
            String name = alert.path("alert").asText();
            assertThat(name).matches("Confab[A-Z]\\w+");
            assertThat(alert.path("expr").asText()).isNotBlank();
            assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
            assertThat(alert.at("/annotations/summary").asText()).as(name).contains("{{ $labels.instance }}");
            String runbook = alert.at("/annotations/runbook").asText();
            assertThat(runbook).as(name).isEqualTo(PAGE + "#" + name.toLowerCase(Locale.ROOT));
            assertThat(anchors).contains(runbook.substring(PAGE.length() + 1));
        });
    }

    @Test
    void noAlertHasItsNameTwiceAndNoParagraphIsLeftOver() throws IOException {
        var names = Watching.alerts().stream()
                .map(alert -> alert.path("alert").asText())
                .toList();

        assertThat(names).doesNotHaveDuplicates();
        assertThat(anchors().stream().filter(anchor -> anchor.startsWith("confab")))
                .containsExactlyInAnyOrderElementsOf(names.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void theScrapeExampleReadsTheRulesAndItsJobIsTheOneTheyName() {
        JsonNode scraping = Watching.yaml(Watching.SCRAPING);

        assertThat(scraping.at("/rule_files/0").asText())
                .isEqualTo(Watching.ALERTS.getFileName().toString());
        assertThat(scraping.at("/scrape_configs/0/job_name").asText()).isEqualTo("confab");
    }

    @Test
    void eachPanelOfTheDashboardHasItsOwnIdAPlaceAWordAboutItAndTheDataSourceThatIsChosen() {
        JsonNode dashboard = Watching.dashboard();
        var ids = new ArrayList<Integer>();
        dashboard.path("panels").forEach(panel -> ids.add(panel.path("id").asInt()));

        assertThat(dashboard.path("uid").asText()).isEqualTo("confab");
        assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(36);
        assertThat(ids).hasSizeGreaterThan(20).doesNotHaveDuplicates().doesNotContain(0);
        assertThat(Watching.panels()).allSatisfy(panel -> {
            assertThat(panel.path("type").asText()).isIn("timeseries", "stat");
            assertThat(panel.path("description").asText()).endsWith(".");
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotEmpty();
            assertThat(panel.path("targets")).isNotEmpty();
        });
    }

    @Test
    void noTwoPanelsLieOnEachOther() {
        var taken = new HashSet<String>();
        for (JsonNode panel : Watching.dashboard().path("panels")) {
            JsonNode place = panel.path("gridPos");
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    int column = place.path("x").asInt() + x;
                    assertThat(column).isLessThan(24);
                    assertThat(taken.add(column + " " + (place.path("y").asInt() + y)))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void eachVariableThatAnExpressionUsesIsOneOfTheDashboards() {
        var variables = new HashSet<>(Set.of("__rate_interval"));
        Watching.dashboard()
                .at("/templating/list")
                .forEach(variable -> variables.add(variable.path("name").asText()));

        assertThat(variables).contains("datasource", "job", "instance");
        for (JsonNode panel : Watching.panels()) {
            for (JsonNode target : panel.path("targets")) {
                assertThat(Pattern.compile("\\$(\\w+)")
                                .matcher(target.path("expr").asText())
                                .results()
                                .map(used -> used.group(1)))
                        .isSubsetOf(variables);
            }
        }
    }
}
