package io.confab.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Configuration;
import io.confab.kernel.Setting;
import io.confab.start.SettingsCheck;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All settings are read at the start, and the table and the sample say of each what the code says, no more and no less. */
class SettingsReferenceTest {
    private static final Path SAMPLE = Path.of("server-config/application.properties.sample");
    private static final Path SOURCES = Path.of("src/main/java/io/confab");
    private static final Pattern IN_CODE = Pattern.compile(
            "\\.(?:integer|whole|duration|choice|text|optional|list|url|secret)\\(\\s*" + "\"(confab\\.[a-z0-9.-]+)\"");
    private static final String NONSENSE = "\u0001";

    /** As the start does it. */
    private static Collection<Setting> read(Map<String, String> values) {
        var configuration = new Configuration(key -> Optional.ofNullable(values.get(key)));
        SettingsCheck.read(configuration);
        return configuration.asked();
    }

    private static SettingsTable table() throws IOException {
        return new SettingsTable(Path.of("server-config/README.md"));
    }

    private static Map<Path, String> sources() throws IOException {
        var texts = new HashMap<Path, String>();
        try (var files = Files.walk(SOURCES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                texts.put(file, Files.readString(file));
            }
        }
        return texts;
    }

    @Test
    void everySettingInTheCodeIsReadAtTheStart() throws IOException {
        Set<String> inCode = new TreeSet<>();
        for (String source : sources().values()) {
            IN_CODE.matcher(source).results().forEach(found -> inCode.add(found.group(1)));
        }

        assertThat(inCode).hasSizeGreaterThan(50);
        assertThat(read(Map.of())).extracting(Setting::key).containsExactlyElementsOf(inCode);
    }

    @Test
    void tableSaysOfEachSettingWhatTheCodeSays() throws IOException {
        List<Setting> inTable = table().rows().stream()
                .map(SettingsTable.Row::setting)
                .sorted(Comparator.comparing(Setting::key))
                .toList();

        assertThat(inTable).isEqualTo(List.copyOf(read(Map.of())));
    }

    @Test
    void tableNamesTheClassThatAsksForTheSetting() throws IOException {
        Map<Path, String> sources = sources();

        assertThat(table().rows())
                .allSatisfy(row -> assertThat(sources)
                        .anySatisfy((file, text) -> assertThat(file.getFileName() + text)
                                .startsWith(row.reader() + ".java")
                                .contains("\"" + row.setting().key() + "\"")));
    }

    @Test
    void sampleIsTheTableAsAFile() throws IOException {
        String expected = table().sample();

        Files.writeString(Path.of("target/application.properties.sample"), expected);
        assertThat(Files.readString(SAMPLE))
                .as("target/application.properties.sample is what it must be: copy it")
                .isEqualTo(expected);
    }

    @Test
    void sampleWithAllItsLinesTakenIsAccepted() throws IOException {
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(SAMPLE).replace("#confab.", "confab.")));
        var values = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));

        assertThat(read(values)).extracting(Setting::key).containsExactlyInAnyOrderElementsOf(values.keySet());
    }

    @TestFactory
    Stream<DynamicTest> wrongValueStopsTheStartWithKeyAndRange() {
        return read(Map.of()).stream()
                .filter(setting -> !setting.allowed().isEmpty())
                .map(setting -> DynamicTest.dynamicTest(
                        setting.key(),
                        () -> assertThatThrownBy(() -> read(Map.of(setting.key(), NONSENSE)))
                                .isInstanceOf(Setting.Invalid.class)
                                .hasMessageStartingWith("setting " + setting.key() + " has ")
                                .hasMessageEndingWith(setting.allowed())));
    }

    @Test
    void onlyNamesAndPasswordsOfOthersMayBeAnything() {
        assertThat(read(Map.of()))
                .filteredOn(setting -> setting.allowed().isEmpty())
                .extracting(Setting::key)
                .containsExactly(
                        "confab.broker.password", "confab.broker.user", "confab.db.password", "confab.db.user");
    }
}
