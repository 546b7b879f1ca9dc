package io.confab.report;

import io.confab.job.Task;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.Sha256;
import io.confab.kernel.VisibleText;
import io.confab.room.RoomRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to decide.
 *
 * @param version of the case as it was read
 * @param remedies with {@link Verdict#AGREE}, none: what was reported stays, though the reports are right; with {@link
 *     Verdict#ESCALATE} it can be hidden meanwhile
 * @param reason what the person concerned is told, one line; needed with remedies; with {@link Verdict#PASS} what staff are told
 * @param note for staff alone
 * @param commandId by which a repeat is known
 */
public record Wish(
        String caseId,
        long version,
        Verdict verdict,
        List<Asked> remedies,
        String reason,
        String note,
        String commandId) {
    /** Code points of a note; the column's length. */
    public static final int MAX_NOTE_CHARS = 2_000;

    private static final int COMMAND_CHARS = 40;

    public Wish {
        remedies = List.copyOf(remedies);
    }

    /**
     * @param until end of a sanction, in milliseconds; null: until lifted
     * @param back how far back, of what looks back; null of everything else
     */
    public record Asked(
            Remedy remedy,
            @Nullable Instant until,
            @Nullable Duration back) {
        public Asked(Remedy remedy, @Nullable Instant until) {
            this(remedy, until, null);
        }

        private boolean saysHowFarBack() {
            return back == null ? !remedy.looksBack() : remedy.looksBack() && Task.Deletion.isInBounds(back);
        }
    }

    /** Messages of the person go by and by, whatever is done to the one that was reported. */
    boolean deletesRecent() {
        return remedies.stream().anyMatch(asked -> asked.remedy() == Remedy.DELETE_RECENT);
    }

    /**
     * The same of another case, as far as it is about the message; known again by the same command.
     *
     * @param goes its message is deleted though nothing is to be done to the first one: else, if it was hidden, it came back
     */
    Wish also(String otherCase, long otherVersion, boolean goes) {
        var onMessage = new ArrayList<>(
                remedies.stream().filter(asked -> asked.remedy().onMessage()).toList());
        if (goes && onMessage.isEmpty()) {
            onMessage.add(new Asked(Remedy.DELETE, null));
        }
        String command = "also-" + Sha256.hex(commandId + " " + otherCase).substring(0, COMMAND_CHARS);
        return new Wish(otherCase, otherVersion, verdict, onMessage, reason, note, command);
    }

    /** Why it cannot be decided whatever the case is; empty: it may be. */
    Optional<Refusal> problem() {
        if (!Ids.isCid(commandId)) {
            return bad("the command id must be 1 to 64 of [A-Za-z0-9_-]");
        }
        boolean allowed = verdict == Verdict.AGREE
                || (verdict == Verdict.ESCALATE && remedies.stream().allMatch(asked -> asked.remedy() == Remedy.HIDE));
        if (!remedies.isEmpty() && !allowed) {
            return bad("only who agrees does something about it; what is handed to the admins can be hidden meanwhile");
        }
        var kinds = new HashSet<Remedy>();
        for (Asked asked : remedies) {
            if (!Remedy.FIRST.contains(asked.remedy()) || !kinds.add(asked.remedy())) {
                return bad("each of " + Remedy.FIRST.stream().map(Remedy::word).toList() + " at most once");
            }
            if (!asked.saysHowFarBack()) {
                return bad(Remedy.DELETE_RECENT.word()
                        + ", and nothing else, says how far back: the last minute to the last "
                        + Task.Deletion.MOST_BACK.toDays() + " days");
            }
        }
        if (note.codePointCount(0, note.length()) > MAX_NOTE_CHARS) {
            return bad("the note is longer than " + MAX_NOTE_CHARS + " characters");
        }
        if (verdict == Verdict.NOTE && VisibleText.showsNothing(note)) {
            return bad("the note shows nothing");
        }
        return remedies.isEmpty() && verdict != Verdict.PASS
                ? VisibleText.lineProblem("the reason", reason, RoomRules.MAX_REASON_CHARS)
                : VisibleText.nameProblem("the reason", reason, RoomRules.MAX_REASON_CHARS);
    }

    private static Optional<Refusal> bad(String sentence) {
        return Optional.of(new Refusal.BadRequest(sentence));
    }
}
