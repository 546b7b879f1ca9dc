package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.it.support.Watching;
import io.confab.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code /metrics} of the real server, held to the table of docs/operations.md. */
class MetricsIT {
    private static final Pattern TYPE = Pattern.compile("^# TYPE (confab_\\w+) (\\w+)$", Pattern.MULTILINE);
    private static final Pattern KIND = Pattern.compile("^# TYPE (\\w+) (\\w+)$", Pattern.MULTILINE);
    /** {@code rate(}, {@code increase(} or nothing, a name, its labels. */
    private static final Pattern USED =
            Pattern.compile("(rate\\(|increase\\()?\\b((?:confab|jvm|hikaricp|process)_\\w+)(?:\\{([^}]*)\\})?");

    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*(\"[^\"]*\")");
    private static final Pattern ROW = Pattern.compile("^\\| `(confab_\\w+)` \\| (\\w+), ", Pattern.MULTILINE);

    private static String scrape() {
        return new ApiClient(SharedServer.base())
                .raw("GET", "metrics", null)
                .raw()
                .body();
    }

    private static double value(String scraped, String sample) {
        return Arrays.stream(scraped.split("\n", -1))
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + sample + " in " + scraped));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1) + " " + match.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachMeterIsDocumentedWithItsKindAndEachDocumentedOneIsThere() throws IOException {
        String documented = Files.readString(Path.of("docs/operations.md"));

        assertThat(found(TYPE, scrape())).isNotEmpty().isEqualTo(found(ROW, documented));
    }

    @Test
    void aMessageIsCountedAndTimed() {
        String before = scrape();
        var alice = ApiClient.registered(SharedServer.base());
        String room = alice.room("private");
        try (var socket = ChatClient.connect(alice, room)) {
            socket.posts(room, "over the socket");
            assertThat(alice.post(room, "over HTTP", "once").status()).isEqualTo(201);
            assertThat(alice.post(room, "over HTTP", "once").status()).isEqualTo(200);
        }
        String after = scrape();

        assertThat(value(after, "confab_send_ok_seconds_count") - value(before, "confab_send_ok_seconds_count"))
                .isGreaterThanOrEqualTo(3);
        assertThat(value(after, "confab_log_events_total") - value(before, "confab_log_events_total"))
                .isGreaterThanOrEqualTo(2);
        assertThat(value(after, "confab_log_duplicates_total") - value(before, "confab_log_duplicates_total"))
                .isGreaterThanOrEqualTo(1);
        assertThat(value(after, "confab_log_commit_seconds_sum")).isPositive();
        // docs/adr/0051: else each message costs two timers of the server
        assertThat(value(after, "confab_idle_timers_skipped_total"))
                .isGreaterThan(value(before, "confab_idle_timers_skipped_total"));
        assertThat(after).contains("confab_send_ok_seconds_bucket{le=\"0.025\"}");
    }

    @Test
    void whatIsRefusedResumedAndClosedIsCountedByItsKind() {
        String before = scrape();
        var alice = ApiClient.registered(SharedServer.base());
        String room = alice.room("private");
        try (var socket = ChatClient.connect(alice, room)) {
            socket.posts(room, "so that there is a second number");
            socket.expectErr(socket.post("r_nowhere", "x", ApiClient.cid()), "not_found");
            socket.expectOk(socket.send("sub", room, Json.object().put("seq", 1)));
            socket.expectOk(socket.send("sub", room, Json.object().put("seq", 1_000)));
            socket.raw("[]");
            socket.send("hello", null, Json.object());
            assertThat(socket.expectClose()).isEqualTo(4501);
        }
        var answer = alice.raw("GET", "api/v1/rooms/r_nowhere", null);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.raw().headers().map()).doesNotContainKey("confab-code");
        String after = scrape();

        assertThat(risen(before, after, "confab_refusals_total{code=\"not_found\"}"))
                .isGreaterThanOrEqualTo(2);
        assertThat(risen(before, after, "confab_refusals_total{code=\"bad_request\"}"))
                .isGreaterThanOrEqualTo(1);
        assertThat(risen(before, after, "confab_resumes_total{outcome=\"ok\"}")).isGreaterThanOrEqualTo(1);
        assertThat(risen(before, after, "confab_resumes_total{outcome=\"gap\"}"))
                .isGreaterThanOrEqualTo(1);
        assertThat(risen(before, after, "confab_gaps_total{reason=\"ahead\"}")).isGreaterThanOrEqualTo(1);
        assertThat(risen(before, after, "confab_closes_total{code=\"bad_frame\"}"))
                .isGreaterThanOrEqualTo(1);
        assertThat(risen(before, after, "confab_send_delivery_seconds_count{committed=\"here\"}"))
                .isGreaterThanOrEqualTo(1);
    }

    private static double risen(String before, String after, String sample) {
        return value(after, sample) - value(before, sample);
    }

    @Test
    void thePoolsOfTheDatabaseAreMeasuredAndNoLabelNamesARoomOrAPerson() {
        String scraped = scrape();

        assertThat(scraped)
                .contains("hikaricp_connections_active{pool=\"confab\"}")
                .contains("hikaricp_connections_pending{pool=\"confab-log\"}")
                .doesNotContainPattern("\"[ru]_[0-9a-zA-Z]");
    }

    /** An alert or a panel on a name that is not there is silent for ever. */
    @TestFactory
    Stream<DynamicTest> everyExpressionOfAlertsAndDashboardFitsTheMetricsThatThereAre() {
        String scraped = scrape();
        Map<String, String> kinds = KIND.matcher(scraped)
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2)));
        return Watching.expressions().stream()
                .map(expression -> DynamicTest.dynamicTest(
                        expression.where() + ": " + expression.promql(),
                        () -> fits(expression.promql(), scraped, kinds)));
    }

    private static void fits(String promql, String scraped, Map<String, String> kinds) {
        var used = USED.matcher(promql).results().toList();
        assertThat(used.size() + (promql.contains("up{") ? 1 : 0)).isPositive();
        for (MatchResult use : used) {
            String name = use.group(2);
            String labels = use.group(3) == null ? "" : use.group(3);
            String kind = kinds.get(name);
            if (kind == null) {
                kind = kinds.get(name.replaceFirst("_(bucket|sum|count)$", ""));
                assertThat(kind).as("kind of " + name).isIn("histogram", "summary");
            }
            assertThat(use.group(1) != null)
                    .as(name + " is a " + kind + ": rate()")
                    .isEqualTo(!kind.equals("gauge"));
            List<MatchResult> own = LABEL.matcher(labels)
                    .results()
                    .filter(label -> !label.group(1).matches("job|instance"))
                    .toList();
            assertThat(LABEL.matcher(labels).replaceAll("")).as(labels).matches("[,\\s]*");
            assertThat(own)
                    .allSatisfy(label -> assertThat(label.group(2))
                            .as("what can be looked up of " + label.group())
                            .isEqualTo("="));
            List<String> wanted = own.stream()
                    .map(label -> label.group(1) + "=" + label.group(3))
                    .toList();
            assertThat(scraped.lines()
                            .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                            .filter(line -> wanted.stream().allMatch(line::contains)))
                    .as(name + " " + wanted)
                    .isNotEmpty();
        }
        if (promql.contains("histogram_quantile")) {
            assertThat(used).allMatch(use -> use.group(2).endsWith("_bucket"));
            assertThat(promql).containsPattern("by \\([^)]*\\ble\\b");
        }
    }
}
