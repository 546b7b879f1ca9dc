package io.confab.admin;

import io.confab.moderation.Reach;
import io.confab.report.CaseList;
import io.confab.report.CaseRow;
import io.confab.report.Decision;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What open pages are told of cases, as their script takes it: staff of all, who moderates rooms of those within their reach as
 * the database has them at that moment, and without the score. For one thread.
 */
final class QueueWords {
    private static final int EXCERPT = 200;
    private static final String BACK = "taken back by the room; staff decide";

    private final CaseList cases;
    private final QueueNews forStaff = new QueueNews();
    /** The same for whoever reaches a case. */
    private final QueueNews forRooms = new QueueNews();

    QueueWords(CaseList cases) {
        this.cases = cases;
    }

    Map<String, Object> of(Reach reach, List<CaseRow> about) {
        var words = new HashMap<String, Object>();
        words.put("open", cases.count(CaseRow.State.OPEN, reach));
        if (reach.isAll()) {
            words.put("escalated", cases.count(CaseRow.State.ESCALATED, reach));
            words.put("cases", forStaff.of(about, id -> cases.row(id, reach).map(QueueWords::ofStaff)));
        } else {
            words.put(
                    "cases",
                    forRooms.of(within(reach, about), id -> cases.row(id, reach).map(QueueWords::ofAll)));
        }
        return words;
    }

    private List<CaseRow> within(Reach reach, List<CaseRow> about) {
        List<String> ids = about.stream().map(CaseRow::id).toList();
        Set<String> within = ids.isEmpty() ? Set.of() : cases.within(ids, reach);
        return about.stream().filter(each -> within.contains(each.id())).toList();
    }

    private static Map<String, Object> ofStaff(CaseList.Row row) {
        var all = new HashMap<>(ofAll(row));
        all.put("score", row.about().score());
        return all;
    }

    private static Map<String, Object> ofAll(CaseList.Row row) {
        CaseRow about = row.about();
        Decision last = row.last();
        Decision said = about.isClosed() ? last : row.passed();
        Instant claimed = about.claimedUntil();
        String text = row.text();
        int shown = text.offsetByCodePoints(0, Math.min(EXCERPT, text.codePointCount(0, text.length())));
        return Map.ofEntries(
                Map.entry("id", about.id()),
                Map.entry("state", about.state().word()),
                Map.entry("version", about.version()),
                Map.entry("openedAt", about.openedAt().toEpochMilli()),
                Map.entry("types", row.typeWords()),
                Map.entry("text", text.substring(0, shown)),
                Map.entry("by", row.username()),
                Map.entry("claimant", row.claimant() == null ? "" : row.claimant()),
                Map.entry("claimedUntil", row.claimant() == null || claimed == null ? 0L : claimed.toEpochMilli()),
                Map.entry("passed", row.left()),
                Map.entry("words", said != null ? said.who() + ": " + said.summary() : row.left() ? BACK : ""));
    }
}
