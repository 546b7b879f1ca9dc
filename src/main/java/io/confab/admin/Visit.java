package io.confab.admin;

import io.confab.kernel.RoomId;
import io.confab.report.Decision;
import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one console session remembers between pages: what was just done, which forms of
 * acts were sent, and which private rooms were opened with a reason. Thread-safe.
 */
@Named
@SessionScoped
public class Visit implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int MAX_NOTICES = 10;
    private static final int MAX_OPENED = 100;
    private static final int MAX_SENT = 200;
    private static final Duration UNDO = Duration.ofSeconds(30);

    private final ArrayList<Notice> notices = new ArrayList<>();
    private final LinkedHashMap<String, Sent> sent = new LinkedHashMap<>();
    private final HashMap<String, Instant> opened = new HashMap<>();
    private transient @Nullable NewInvite made;
    private @Nullable Decided decided;
    private @Nullable Acted acted;
    private transient @Nullable List<String> codes;

    /** When a form was sent first. @param over false: it may be sent again, with what that moment gave */
    private record Sent(Instant at, boolean over) implements Serializable {}

    /** A sentence for the next page. @param good false: something was not done */
    public record Notice(String text, boolean good) implements Serializable {}

    /** A decision that was just made. @param version of its case, after it */
    public record Decided(String caseId, String decisionId, long version, String summary, Instant at)
            implements Serializable {}

    /** An act that was just done, with the way back. @param whom it was done to @param back the page that shows it */
    public record Acted(String commandId, String summary, String whom, WayBack way, String back, Instant at)
            implements Serializable {}

    /** Only the last is offered to be taken back, decision or act. */
    synchronized void acted(Acted done) {
        acted = done;
        decided = null;
    }

    /** Something was done that nothing takes back: what was done before it is offered no more. */
    synchronized void actedForGood() {
        acted = null;
        decided = null;
    }

    /** None or one: of the last half minute. */
    synchronized List<Acted> acted(Instant now) {
        Acted last = acted;
        return last == null || now.isAfter(last.at().plus(UNDO)) ? List.of() : List.of(last);
    }

    /** For the one time that it is taken back, soon; empty: another is the last, or this was taken back. */
    synchronized Optional<Acted> takeActed(String commandId, Instant now) {
        Acted last = acted;
        if (last == null
                || !last.commandId().equals(commandId)
                || now.isAfter(last.at().plus(UNDO).plus(UNDO))) {
            return Optional.empty();
        }
        acted = null;
        return Optional.of(last);
    }

    synchronized void decided(Decision decision, long version, Instant now) {
        acted = null;
        decided = new Decided(decision.caseId(), decision.id(), version, decision.summary(), now);
    }

    /** None or one: of the last half minute. */
    synchronized List<Decided> decided(Instant now) {
        Decided last = decided;
        return last == null || now.isAfter(last.at().plus(UNDO)) ? List.of() : List.of(last);
    }

    synchronized void forgetDecided() {
        decided = null;
    }

    /** An invite that was just made. */
    public record NewInvite(String code, Instant until) {}

    /** For the next page, and for that alone; it is not written to disk with the session. */
    synchronized void show(NewInvite invite) {
        made = invite;
    }

    /** None or one. */
    public synchronized List<NewInvite> takeInvite() {
        NewInvite taken = made;
        made = null;
        return taken == null ? List.of() : List.of(taken);
    }

    /** Recovery codes, for the next page alone, likewise. */
    synchronized void showCodes(List<String> fresh) {
        codes = List.copyOf(fresh);
    }

    /** None, or those that were just made. */
    public synchronized List<String> takeCodes() {
        List<String> taken = codes;
        codes = null;
        return taken == null ? List.of() : taken;
    }

    public synchronized void say(String text, boolean good) {
        if (notices.size() < MAX_NOTICES) {
            notices.add(new Notice(text, good));
        }
    }

    /** What there is to say; said once. */
    public synchronized List<Notice> takeNotices() {
        List<Notice> all = List.copyOf(notices);
        notices.clear();
        return all;
    }

    /**
     * The moment from which the act counts; empty: the form with this command id was sent before, and is done or being
     * done. A form whose outcome was unknown counts from when it was sent first, so that sent again it says the very same.
     */
    synchronized Optional<Instant> begin(String commandId, Instant now) {
        Sent before = sent.get(commandId);
        if (before != null && before.over()) {
            return Optional.empty();
        }
        if (before == null && sent.size() >= MAX_SENT) {
            sent.pollFirstEntry();
        }
        Instant from = before == null ? now : before.at();
        sent.put(commandId, new Sent(from, true));
        return Optional.of(from);
    }

    /** The act was refused and not done: its form may be sent anew. */
    synchronized void mayTryAgain(String commandId) {
        sent.remove(commandId);
    }

    /** The act may have been done: its form may be sent again, as it was. */
    synchronized void mayRepeat(String commandId) {
        sent.computeIfPresent(commandId, (id, before) -> new Sent(before.at(), false));
    }

    /** Somebody else may go on in this session: nothing of it is theirs. */
    synchronized void forget() {
        notices.clear();
        sent.clear();
        opened.clear();
        made = null;
        decided = null;
        acted = null;
        codes = null;
    }

    synchronized void open(RoomId room, Instant now, Duration time) {
        opened.values().removeIf(end -> !now.isBefore(end));
        if (opened.size() < MAX_OPENED) {
            opened.put(room.value(), now.plus(time));
        }
    }

    synchronized boolean isOpen(RoomId room, Instant now) {
        Instant end = Map.copyOf(opened).get(room.value());
        return end != null && now.isBefore(end);
    }

    /** All that are open now. */
    synchronized Set<RoomId> opened(Instant now) {
        return opened.entrySet().stream()
                .filter(room -> now.isBefore(room.getValue()))
                .map(room -> new RoomId(room.getKey()))
                .collect(Collectors.toSet());
    }
}
