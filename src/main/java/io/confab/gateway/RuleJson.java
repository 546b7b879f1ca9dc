package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.rule.DryRun;
import io.confab.rule.RuleDocument;
import io.confab.rule.RuleHit;
import io.confab.rule.RuleRow;
import io.confab.rule.Tried;
import io.confab.wire.ServerFrames;

/** JSON of rules, their dry runs and hits. */
final class RuleJson {
    private RuleJson() {}

    static ObjectNode rule(RuleRow rule) {
        ObjectNode json = Json.object()
                .put("id", rule.id())
                .put("mode", rule.mode().word())
                .put("revision", rule.revision())
                .put("edition", rule.edition())
                .put("created_at", ServerFrames.time(rule.createdAt()))
                .put("changed_at", ServerFrames.time(rule.changedAt()))
                .put("changed_by", rule.changedBy().value());
        if (rule.trouble() != null) {
            json.put("trouble", rule.trouble());
        }
        json.set("rule", RuleDocument.write(rule.definition()));
        return json;
    }

    static ObjectNode dryRun(DryRun run) {
        ObjectNode json = Json.object()
                .put("state", run.state().word())
                .put("edition", run.edition())
                .put("by", run.by().value())
                .put("since", ServerFrames.time(run.since()))
                .put("started_at", ServerFrames.time(run.startedAt()))
                .put("looked_at", run.lookedAt())
                .put("hits", run.hits())
                .put("authors", run.authors());
        ArrayNode samples = json.putArray("samples");
        run.samples()
                .forEach(sample -> samples.add(Json.object()
                        .put("room", sample.room().value())
                        .put("seq", sample.seq())
                        .put("author", sample.author().value())
                        .put("at", ServerFrames.time(sample.at()))
                        .put("met", sample.met())));
        return json;
    }

    static ObjectNode tried(Tried tried) {
        ObjectNode json = Json.object().put("meets", tried.meets()).put("late", tried.late());
        if (!tried.met().isEmpty()) {
            json.put("met", tried.met());
        }
        return json;
    }

    static ObjectNode hit(RuleHit hit) {
        ObjectNode json = Json.object()
                .put("id", hit.id())
                .put("at", ServerFrames.time(hit.at()))
                .put("author", hit.author().value())
                .put("room", hit.room().value())
                .put("outcome", hit.outcome().word());
        if (hit.seq() != null) {
            json.put("seq", hit.seq());
        }
        if (!hit.met().isEmpty()) {
            json.put("met", hit.met());
        }
        return json;
    }
}
