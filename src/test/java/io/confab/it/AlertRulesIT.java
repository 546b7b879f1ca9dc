package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prometheus' own tool has the last word on its rules; src/test/programs.sh brings it where the distribution has it. */
class AlertRulesIT {
    @ParameterizedTest
    @CsvSource({"check, rules, alerts.yml", "test, rules, alerts-test.yml", "check, config, prometheus.yml"})
    void promtoolFindsTheRulesGoodAndTheyRaiseWhatTheirTestsSay(String verb, String what, String file)
            throws Exception {
        Optional<Path> tool = promtool();
        if (System.getenv("CI") == null) {
            assumeThat(tool).as("promtool is here").isPresent();
        }

        Process process = new ProcessBuilder(
                        tool.orElseThrow().toString(),
                        verb,
                        what,
                        Path.of("server-config/prometheus", file).toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
    }

    private static Optional<Path> promtool() {
        return Stream.concat(
                        Stream.of("target/prometheus/usr/bin"),
                        Stream.of(System.getenv("PATH").split(":")))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
