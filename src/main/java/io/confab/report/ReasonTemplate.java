package io.confab.report;

import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.Sha256;
import io.confab.kernel.VisibleText;
import io.confab.room.RoomRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A ready reason, to be changed where it is used.
 *
 * @param title in the list, one line
 * @param text what the person concerned is told, one line
 * @param note for staff alone; empty: none
 * @param type of the reports that it is offered for first; null: of none
 * @param place in the list, the smallest first
 */
public record ReasonTemplate(
        String id,
        String title,
        String text,
        String note,
        @Nullable ReportType type,
        int place) {
    public static final int MAX_TITLE_CHARS = 100;
    public static final int MAX_PLACE = 1_000;
    private static final int NOTE_SHOWN = 300;

    Optional<Refusal> problem() {
        if (!Ids.isId(id)) {
            return bad("the id must be 1 to 40 of [A-Za-z0-9_-]");
        }
        if (place < 0 || place > MAX_PLACE) {
            return bad("the place must be 0 to " + MAX_PLACE);
        }
        if (note.codePointCount(0, note.length()) > Wish.MAX_NOTE_CHARS) {
            return bad("the note is longer than " + Wish.MAX_NOTE_CHARS + " characters");
        }
        return VisibleText.nameProblem("the title", title, MAX_TITLE_CHARS)
                .or(() -> VisibleText.nameProblem("the text", text, RoomRules.MAX_REASON_CHARS));
    }

    private static Optional<Refusal> bad(String sentence) {
        return Optional.of(new Refusal.BadRequest(sentence));
    }

    /** Tells what somebody has read from what another made of it since. */
    public String version() {
        return Sha256.hex(
                String.join("\0", title, text, note, type == null ? "" : type.word(), Integer.toString(place)));
    }

    /** For the audit trail. */
    String summary() {
        String offered = type == null ? "" : ", for " + type.word();
        int shown = note.offsetByCodePoints(0, Math.min(NOTE_SHOWN, note.codePointCount(0, note.length())));
        String kept = note.isEmpty() ? "" : ", note: " + note.substring(0, shown);
        return title + ": " + text + offered + ", place " + place + kept;
    }
}
