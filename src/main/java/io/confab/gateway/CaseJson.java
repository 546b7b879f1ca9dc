package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.identity.Outcome;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffMember;
import io.confab.report.CaseList;
import io.confab.report.CaseRow;
import io.confab.report.Claims;
import io.confab.report.Decision;
import io.confab.report.Decisions;
import io.confab.report.Target;
import io.confab.wire.ErrorCode;
import io.confab.wire.ServerFrames;
import java.util.List;
import java.util.Locale;

/** JSON of cases and decisions. */
final class CaseJson {
    private CaseJson() {}

    static ObjectNode row(CaseList.Row row) {
        CaseRow about = row.about();
        ObjectNode json = Json.object().put("case", about.id());
        switch (about.target()) {
            case Target.Message message ->
                json.put("room", message.room().value()).put("seq", message.seq());
            case Target.Person person -> json.put("user", person.user().value());
        }
        json.put("author", about.author().value())
                .put("state", about.state().word())
                .put("version", about.version())
                .put("reports", about.reports())
                .put("score", about.score())
                .put("opened_at", ServerFrames.time(about.openedAt()));
        ArrayNode types = json.putArray("types");
        row.types().forEach(type -> types.add(type.word()));
        if (row.claimant() != null) {
            json.put("claimed_by", row.claimant());
        }
        Decision last = row.last();
        if (last != null) {
            json.set("last", decision(last));
        }
        return json;
    }

    static ObjectNode whole(CaseList.Whole whole) {
        ObjectNode json = row(whole.row());
        ArrayNode evidence = json.putArray("evidence");
        whole.copies()
                .forEach(copy -> evidence.add(Json.object()
                        .put("taken_at", ServerFrames.time(copy.takenAt()))
                        .set("document", copy.document())));
        ArrayNode filed = json.putArray("filed");
        whole.reports()
                .forEach(report -> filed.add(Json.object()
                        .put("report", report.id())
                        .put("by", report.by().value())
                        .put("type", report.type().word())
                        .put("text", report.text())
                        .put("at", ServerFrames.time(report.at()))
                        .put("accuracy", Math.round(report.accuracy() * 100) / 100.0)));
        ArrayNode decisions = json.putArray("decisions");
        whole.decisions().forEach(decision -> decisions.add(decision(decision)));
        ObjectNode obstacles = json.putObject("obstacles");
        whole.obstacles().forEach((remedy, why) -> obstacles.put(remedy.word(), why));
        return json;
    }

    /** Without what a moderator of the room is not told: who reported, and the score, which is made of what that is worth. */
    static ObjectNode within(StaffMember reader, ObjectNode json) {
        if (!reader.reach().isAll()) {
            json.remove(List.of("score", "filed"));
        }
        return json;
    }

    static ObjectNode alike(CaseList.Alike alike) {
        return row(alike.row()).put("same_text", alike.sameText());
    }

    static ObjectNode made(Decisions.Made made) {
        return decision(made.decision()).put("dup", made.duplicate());
    }

    static ObjectNode together(Decisions.Together together) {
        ObjectNode json = made(together.first());
        if (!together.others().isEmpty()) {
            ArrayNode also = json.putArray("also");
            together.others()
                    .forEach((other, outcome) -> also.add(
                            switch (outcome) {
                                case Outcome.Done<Decisions.Made>(Decisions.Made made) -> made(made);
                                case Outcome.Refused<Decisions.Made>(Refusal refusal) ->
                                    Json.object()
                                            .put("case", other.caseId())
                                            .put("code", ErrorCode.of(refusal).word())
                                            .put("detail", refusal.message());
                            }));
        }
        return json;
    }

    static ObjectNode decision(Decision decision) {
        ObjectNode json = Json.object()
                .put("decision", decision.id())
                .put("case", decision.caseId())
                .put("verdict", decision.verdict().word())
                .put("by", decision.by().value())
                .put("at", ServerFrames.time(decision.at()))
                .put("reason", decision.reason())
                .put("note", decision.note())
                .put("by_room", decision.byRoom());
        if (decision.undoneBy() != null) {
            json.put("undone_by", decision.undoneBy());
        }
        ArrayNode acts = json.putArray("acts");
        for (Decision.Act act : decision.acts()) {
            ObjectNode one = acts.addObject()
                    .put("act", act.remedy().word())
                    .put("state", act.state().name().toLowerCase(Locale.ROOT));
            if (act.until() != null) {
                one.put("until", ServerFrames.time(act.until()));
            }
            if (act.back() != null) {
                one.put("back_ms", act.back().toMillis());
            }
            decision.jobOf(act).ifPresent(job -> one.put("job", job));
            if (!act.told().isEmpty()) {
                one.put("told", act.told());
            }
        }
        return json;
    }

    static ObjectNode claim(Claims.Claim claim) {
        return Json.object()
                .put("by", claim.byName())
                .put("mine", claim.mine())
                .put("until", ServerFrames.time(claim.until()));
    }
}
