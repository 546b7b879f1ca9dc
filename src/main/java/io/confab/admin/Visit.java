package io.confab.admin;

import io.confab.kernel.RoomId;
import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one console session remembers between pages: what was just done, and which private rooms were opened with a reason. */
@Named
@SessionScoped
public class Visit implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int MAX_NOTICES = 10;
    private static final int MAX_OPENED = 100;

    private final ArrayList<Notice> notices = new ArrayList<>();
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
