package io.confab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trail as other programs read it. */
class AuditTextsTest {
    private static AuditTrail.Entry entry(String why) {
        return new AuditTrail.Entry(
                8,
                Instant.parse("2026-11-26T09:15:00.250Z"),
                new AuditLine(
                        new UserId("u_ann"), AuditAct.USER_SUSPEND, "u_ben", "not suspended", "suspended", why, null),
                new AuditTrail.Seal(7, "a".repeat(64)));
    }

    private static CSVRecord csv(AuditTrail.Entry entry) throws IOException {
        var out = new StringBuilder();
        AuditTexts.csvHead(out);
        AuditTexts.csv(out, List.of(entry));
        var format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (var parser = CSVParser.parse(out.toString(), format)) {
            assertThat(parser.getHeaderNames()).hasSize(12);
            return parser.getRecords().getFirst();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=HYPERLINK(\"http://x\",\"y\")",
                "+1",
                "-1",
                "@SUM(1)",
                "\t=1",
                "\r=1",
                "\n=1",
                "\uff1d1",
                "\uff0b1",
                "\uff0d1",
                "\uff201"
            })
    void whatASpreadsheetWouldTakeForAFormulaIsAText(String why) throws IOException {
        assertThat(csv(entry(why)).get("why")).isEqualTo("'" + why);
    }

    @Test
    void everyFieldThatPeopleWriteIsHarmless() throws IOException {
        var line = new AuditLine(new UserId("-ann"), "=act", "@target", "+before", "-after", "=why", "=address");
        var csv = csv(new AuditTrail.Entry(1, Instant.EPOCH, line, new AuditTrail.Seal(1, "b".repeat(64))));

        assertThat(csv).allSatisfy(cell -> assertThat(cell).doesNotContainPattern("^[=+@-]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a, b", "\"so\" he said", "two\r\nlines", "\u00e9\ud83d\ude00", " = later", "it's -1", "'=1"})
    void otherTextsAreWhatTheyWere(String why) throws IOException {
        CSVRecord csv = csv(entry(why));

        assertThat(csv.get("why")).isEqualTo(why);
        assertThat(csv.get("at")).isEqualTo("2026-11-26T09:15:00.250Z");
        assertThat(csv.get("number")).isEqualTo("7");
        assertThat(csv.get("address")).isEmpty();
    }

    @Test
    void jsonSaysExactlyWhatTheTrailSays() {
        var json = AuditTexts.json(entry("=1"));

        assertThat(Json.read(Json.write(json))) // numbers as they are read
                .isEqualTo(Json.read("""
                        {"number": 7, "at": "2026-11-26T09:15:00.250Z", "at_ms": 1795684500250, "actor": "u_ann",
                         "act": "user.suspend", "target": "u_ben", "before": "not suspended", "after": "suspended",
                         "why": "=1", "id": 8, "hash": "%s"}
                        """.formatted("a".repeat(64))));
    }

    @Test
    void theHashIsThatOfTheFormInTheDocs() {
        // computed apart: sha256 of 64 zeroes, 7, 8, 1795684500250, u_ann … as netstrings, ~ for the address
        assertThat(LineHash.of(LineHash.BEGINNING, 7, entry("w\u00e9")))
                .isEqualTo("02ab69fe83359b8dcc8c25532d4af5e4ac1c01de1b61132dbaea6bb8d1f62100");
    }
}
