package io.confab.config;

import io.confab.kernel.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables of server-config/README.md, and the sample file that follows from them. */
final class SettingsTable {
    private static final String UNSET = "unset";

    private final List<Group> groups = new ArrayList<>();

    /** A heading and the table under it. */
    record Group(String heading, List<Row> rows) {}

    /** One row: what the code says, what it is for, and the class that asks for it. */
    record Row(Setting setting, String effect, String reader) {}

    SettingsTable(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("## ")) {
                groups.add(new Group(line.substring(3), new ArrayList<>()));
            } else if (line.startsWith("| `confab.")) {
                groups.getLast().rows().add(row(line));
            }
        }
        groups.removeIf(group -> group.rows().isEmpty());
    }

    private static Row row(String line) {
        String[] cells = line.substring(2, line.length() - 1).split("\\|");
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].strip();
        }
        var setting = new Setting(
                cells[0].replace("`", ""),
                Setting.Kind.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                cells[2].equals(UNSET) ? "" : cells[2],
                cells[3]);
        return new Row(setting, cells[4], cells[5]);
    }

    List<Row> rows() {
        return groups.stream().flatMap(group -> group.rows().stream()).toList();
    }

    /** What server-config/application.properties.sample must be. */
    String sample() {
        return """
                # Every setting of Confab with its default; server-config/README.md has the same as a table.
                # Copy this file to application.properties beside it, which run.sh reads, and take the "#" from what you change.
                # Secrets are better given by the environment: CONFAB_SECRET for confab.secret.
                """ + groups.stream().map(SettingsTable::sample).collect(Collectors.joining());
    }

    private static String sample(Group group) {
        return "\n\n# --- " + group.heading() + " ---\n"
                + group.rows().stream().map(SettingsTable::sample).collect(Collectors.joining());
    }

    private static String sample(Row row) {
        Setting setting = row.setting();
        String range = setting.allowed().isEmpty() ? "" : ": " + setting.allowed();
        return "\n# " + row.effect() + " (" + setting.kind().word() + range + ")\n#" + setting.key() + "="
                + setting.unlessSet() + "\n";
    }
}
