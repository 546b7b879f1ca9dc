package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.notice.Notice;
import io.confab.report.Reports;
import io.confab.wire.ServerFrames;

/**
 * Texts of the event {@code notice} (docs/protocol/v1.md, section 4.8):
 *
 * <pre>
 * {"t":"notice","d":{"kind":"warning","notice":…,"text":…,"at":…}}     kept until it is seen
 * {"t":"notice","d":{"kind":"warning","notice":…,"seen":true}}         on another device, or it was taken back
 * {"t":"notice","d":{"kind":"report","report":…,"outcome":…,"at":…}}   GET /reports says it too
 * </pre>
 */
final class NoticeTexts {
    private NoticeTexts() {}

    static String of(Notice notice) {
        ObjectNode d = notice.seen()
                ? Json.object()
                        .put("kind", notice.kind().word())
                        .put("notice", notice.id())
                        .put("seen", true)
                : json(notice);
        return frame(d);
    }

    /** As {@code GET /notices} has it, too. */
    static ObjectNode json(Notice notice) {
        return Json.object()
                .put("kind", notice.kind().word())
                .put("notice", notice.id())
                .put("text", notice.text())
                .put("at", ServerFrames.time(notice.at()));
    }

    static String of(Reports.Decided decided) {
        return frame(Json.object()
                .put("kind", "report")
                .put("report", decided.report())
                .put("outcome", decided.outcome().word())
                .put("at", ServerFrames.time(decided.at())));
    }

    private static String frame(ObjectNode d) {
        ObjectNode frame = Json.object().put("t", "notice");
        frame.set("d", d);
        return Json.write(frame);
    }
}
