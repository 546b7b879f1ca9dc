package io.confab.admin;

import io.confab.kernel.RoomId;
import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

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

    private final ArrayList<Notice> notices = new ArrayList<>();
    private final LinkedHashSet<String> sent = new LinkedHashSet<>();
    private final HashMap<String, Instant> opened = new HashMap<>();

    /** A sentence for the next page. @param good false: something was not done */
    public record Notice(String text, boolean good) implements Serializable {}

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

    /** False: the form with this command id was sent before, and is done or being done. */
    synchronized boolean begin(String commandId) {
        if (sent.size() >= MAX_SENT) {
            sent.removeFirst();
        }
        return sent.add(commandId);
    }

    /** The act was refused or failed: its form may be sent once more. */
    synchronized void mayTryAgain(String commandId) {
        sent.remove(commandId);
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
}
