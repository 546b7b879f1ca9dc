package io.confab.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import java.io.IOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * Lines of the trail as texts that other programs read. JSON says exactly what the trail says. CSV (RFC 4180) is for
 * spreadsheets, which take some texts for formulas and carry them out: those get an apostrophe in front.
 */
public final class AuditTexts {
    private static final CSVFormat CSV = CSVFormat.RFC4180;
    /** The last are the forms of full width, which some spreadsheets take for the others. */
    private static final String BEGINS_A_FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    private AuditTexts() {}

    /**
     * {@code {number?, at, at_ms, actor?, act, target, before?, after?, why?, address?, id, hash?}}; what is not there is
     * nothing. {@code number} is the line's place in the chain.
     */
    public static ObjectNode json(AuditTrail.Entry entry) {
        AuditLine line = entry.line();
        AuditTrail.Seal seal = entry.seal();
        ObjectNode json = Json.object();
        if (seal != null) {
            json.put("number", seal.number());
        }
        json.put("at", entry.at().toString());
        json.put("at_ms", entry.at().toEpochMilli());
        put(json, "actor", line.actor() == null ? null : line.actor().value());
        put(json, "act", line.act());
        put(json, "target", line.target());
        put(json, "before", line.before());
        put(json, "after", line.after());
        put(json, "why", line.why());
        put(json, "address", line.address());
        json.put("id", entry.number());
        put(json, "hash", seal == null ? null : seal.hash());
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable String text) {
        if (text != null) {
            json.put(name, text);
        }
    }

    /** The names of the columns, as in JSON. */
    public static void csvHead(Appendable out) throws IOException {
        CSV.printRecord(
                out, "number", "at", "at_ms", "actor", "act", "target", "before", "after", "why", "address", "id",
                "hash");
    }

    public static void csv(Appendable out, List<AuditTrail.Entry> entries) throws IOException {
        for (AuditTrail.Entry entry : entries) {
            AuditLine line = entry.line();
            CSV.printRecord(
                    out,
                    entry.place(),
                    entry.at(),
                    entry.at().toEpochMilli(),
                    line.actor() == null ? "" : harmless(line.actor().value()),
                    harmless(line.act()),
                    harmless(line.target()),
                    harmless(line.before()),
                    harmless(line.after()),
                    harmless(line.why()),
                    harmless(line.address()),
                    entry.number(),
                    entry.seal() == null ? "" : entry.seal().hash());
        }
    }

    private static String harmless(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return BEGINS_A_FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
