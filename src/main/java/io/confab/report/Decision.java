package io.confab.report;

import io.confab.job.Task;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What somebody of staff decided about a case, and how far it was carried out.
 *
 * @param byName username as of today
 * @param reason what the person concerned is told; empty: nothing
 * @param note for staff alone; empty: none
 * @param undoneBy the decision that took it back; null: it stands
 * @param byRoom made by the right of a moderator of the room
 */
public record Decision(
        String id,
        String caseId,
        int round,
        Verdict verdict,
        UserId by,
        String byName,
        Instant at,
        String reason,
        String note,
        @Nullable String undoneBy,
        List<Act> acts,
        boolean byRoom) {
    public Decision {
        acts = List.copyOf(acts);
    }

    /** How a message stands. */
    public enum Stood {
        SHOWN,
        HIDDEN,
        DELETED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How far an act is. */
    public enum State {
        PENDING,
        DONE,
        REFUSED
    }

    /**
     * @param until end of a sanction; null: until lifted, or no sanction
     * @param before the end of the sanction that it replaced; null: there was none
     * @param back how far back, of what looks back
     * @param stood how the message stood before; null: it is no act on the message, which is not among what they said lately either
     * @param told why it was refused; else empty
     */
    public record Act(
            int no,
            Remedy remedy,
            @Nullable Instant until,
            @Nullable Instant before,
            @Nullable Duration back,
            @Nullable Stood stood,
            State state,
            String told) {
        /** Something that lasts, or is no act on a message. */
        static Act pending(int no, Remedy remedy, @Nullable Instant until, @Nullable Instant before) {
            return new Act(no, remedy, until, before, null, null, State.PENDING, "");
        }

        static Act onMessage(int no, Remedy remedy, Stood stood) {
            return new Act(no, remedy, null, null, null, stood, State.PENDING, "");
        }

        /** @param stood how the message stood that goes with the others; null: it is older, or gone already */
        static Act lookingBack(int no, Remedy remedy, @Nullable Duration back, @Nullable Stood stood) {
            return new Act(no, remedy, null, null, back, stood, State.PENDING, "");
        }

        /** The message is to be away after it. */
        boolean takesMessageAway() {
            return remedy.takesMessageAway() || (remedy.looksBack() && stood != null);
        }

        public String title() {
            if (back != null) {
                return "delete what they said in the last " + Task.Deletion.span(back);
            }
            return !remedy.timed()
                    ? remedy.title()
                    : remedy.title()
                            + (until == null ? " until lifted" : " until " + until.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /** Id of the job that an act has ordered; empty: none. It may have found its work done, and ordered none. */
    public Optional<String> jobOf(Act act) {
        return act.remedy().ordersJob() && act.state() == State.DONE
                ? Optional.of(job(id, act.no()))
                : Optional.empty();
    }

    static String job(String decision, int no) {
        return decision + "-" + no;
    }

    /** Something of it is still to be done: the node that did it ended, or the database was away. */
    public boolean isPending() {
        return acts.stream().anyMatch(act -> act.state() == State.PENDING);
    }

    /** For whoever the note is not for. */
    Decision withoutNote() {
        return new Decision(id, caseId, round, verdict, by, byName, at, reason, "", undoneBy, acts, byRoom);
    }

    /** For a moderator of the room: without what global staff noted, what was done elsewhere, and why, as that may tell of it. */
    Decision asSeenInRoom() {
        List<Act> here = acts.stream().filter(act -> act.remedy().isOfRoom()).toList();
        String why = byRoom || here.size() == acts.size() ? reason : "";
        return new Decision(
                id, caseId, round, verdict, by, byName, at, why, byRoom ? note : "", undoneBy, here, byRoom);
    }

    /** {@code mia}, or {@code ann, moderator of the room}. */
    public String who() {
        return byRoom ? byName + ", moderator of the room" : byName;
    }

    /** It closed the case, and stands. */
    public boolean isUndoable() {
        return verdict.closes() && undoneBy == null;
    }

    /** In a few words: {@code agree: delete the message, mute until …}. */
    public String summary() {
        return acts.isEmpty()
                ? verdict.title()
                : acts.stream().map(Act::title).collect(Collectors.joining(", ", verdict.word() + ": ", ""));
    }
}
