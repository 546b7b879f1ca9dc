package io.confab.badge;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader.Head;
import io.confab.log.Unread;
import io.confab.room.LoggedEvent;
import io.confab.room.Mention;
import io.confab.room.RoomEvent;
import io.confab.room.SanctionKind;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * One person's counts in one room: as read from the log at a number, then kept by the events that follow it one by one.
 * What the events alone do not tell (whom a deleted message counted for) makes it stale: to be read again. Not thread-safe.
 */
final class Watch {
    /** What became of an attempt to follow the events. */
    enum Followed {
        YES,
        /** A number is missing, or the epoch is another. */
        HOLE,
        /** The person is out of the room. */
        GONE
    }

    private final UserId user;
    private final RoomId room;
    private boolean stale = true;
    private String epoch = "";
    private long countedTo;
    private long marker;
    private int unread;
    private int mentions;
    private long touched; // highest number of a message that changed after it was counted by those who listen
    private int toldUnread = -1;
    private int toldMentions = -1;
    private long toldMarker = -1;
    private long said; // highest number that a device said to have read

    Watch(UserId user, RoomId room) {
        this.user = user;
        this.room = room;
    }

    UserId user() {
        return user;
    }

    RoomId room() {
        return room;
    }

    boolean isStale() {
        return stale;
    }

    String epoch() {
        return epoch;
    }

    long countedTo() {
        return countedTo;
    }

    long marker() {
        return marker;
    }

    int unread() {
        return unread;
    }

    int mentions() {
        return mentions;
    }

    void spoil() {
        stale = true;
    }

    Unread.Asked asked() {
        return new Unread.Asked(user, room, marker);
    }

    /** False when numbers of an earlier epoch went into the question: they mean nothing now, and it must be asked again. */
    boolean counted(Unread.Counts counts) {
        if (!epoch.isEmpty() && !epoch.equals(counts.epoch())) {
            epoch = counts.epoch();
            marker = 0;
            said = 0;
            touched = 0;
            stale = true;
            return false;
        }
        epoch = counts.epoch();
        countedTo = counts.head();
        marker = counts.read();
        unread = counts.unread();
        mentions = counts.mentions();
        stale = false;
        return true;
    }

    /** Whether numbers of this epoch mean something here; to a watch that knows none yet, all do. */
    boolean knows(String ep) {
        return epoch.isEmpty() || epoch.equals(ep);
    }

    /** Everything up to the head is read: nothing needs to be counted. */
    void readAll(String ep, long head) {
        counted(new Unread.Counts(ep, head, head, 0, 0));
    }

    /** Forward only; true when it moved. */
    boolean markerAt(long seq) {
        if (seq <= marker) {
            return false;
        }
        marker = seq;
        if (seq >= countedTo) {
            unread = 0;
            mentions = 0;
        } else if (unread > 0) {
            stale = true;
        }
        return true;
    }

    /**
     * A device has read up to there. The counts may know the marker already, read from the log before this was heard: the
     * others are to be told all the same. False when as much was said before.
     */
    boolean readTo(long seq) {
        markerAt(seq);
        if (seq <= said) {
            return false;
        }
        said = seq;
        return true;
    }

    /** A message changed in a way that those who listen cannot count by themselves. */
    void touchedAt(long seq) {
        touched = Math.max(touched, seq);
    }

    /** Whether those who listen must be told too; once. */
    boolean takeTouched() {
        boolean concerns = touched > marker;
        touched = 0;
        return concerns;
    }

    /** Whether those who do not listen know another state; they will be told. */
    boolean takeNews() {
        boolean news = unread != toldUnread || mentions != toldMentions || marker != toldMarker;
        toldUnread = unread;
        toldMentions = mentions;
        toldMarker = marker;
        return news;
    }

    /** While stale only the own messages matter: the recount knows the rest. */
    void followStale(NavigableMap<Long, LoggedEvent> events) {
        for (LoggedEvent logged : events.values()) {
            if (logged.event() instanceof RoomEvent.MessagePosted
                    && logged.by().equals(user)
                    && knows(logged.epoch())) {
                marker = Math.max(marker, logged.seq());
            }
        }
    }

    Followed follow(NavigableMap<Long, LoggedEvent> events, @Nullable Head head) {
        for (LoggedEvent logged : events.tailMap(countedTo, false).values()) {
            if (logged.seq() != countedTo + 1 || !logged.epoch().equals(epoch)) {
                return Followed.HOLE;
            }
            countedTo = logged.seq();
            if (leaves(logged.event())) {
                return Followed.GONE;
            }
            apply(logged);
            if (stale) {
                followStale(events.tailMap(countedTo, false));
                return Followed.YES;
            }
        }
        boolean behind = head != null && (!head.epoch().equals(epoch) || head.head() > countedTo);
        return behind ? Followed.HOLE : Followed.YES;
    }

    private boolean leaves(RoomEvent event) {
        if (event instanceof RoomEvent.MemberLeft left) {
            return left.user().equals(user);
        }
        return event instanceof RoomEvent.SanctionSet set
                && set.kind() == SanctionKind.BAN
                && set.user().equals(user);
    }

    private void apply(LoggedEvent logged) {
        if (logged.event() instanceof RoomEvent.MessagePosted posted) {
            if (logged.by().equals(user)) {
                markerAt(logged.seq());
            } else if (logged.seq() > marker) { // a marker may come before the events up to it
                unread = Math.min(Unread.LIMIT, unread + 1);
                mentions = Math.min(Unread.LIMIT, mentions + (names(posted.mentions()) ? 1 : 0));
            }
        } else if (logged.event() instanceof RoomEvent.MessageDeleted deleted) {
            stale = deleted.target() > marker && unread > 0;
        } else if (logged.event() instanceof RoomEvent.MessagesDeleted deleted) {
            stale = Collections.max(deleted.targets()) > marker && unread > 0;
        } else if (logged.event() instanceof RoomEvent.MessageRestored restored) {
            stale = restored.target() > marker;
        } else if (logged.event() instanceof RoomEvent.Opaque) {
            stale = true; // whatever a newer version does by it
        } else if (logged.event() instanceof RoomEvent.MessageEdited edited) {
            stale = edited.target() > marker && (mentions > 0 || names(edited.mentions()));
        }
    }

    private boolean names(List<Mention> found) {
        for (Mention mention : found) {
            if (mention.user().equals(user)) {
                return true;
            }
        }
        return false;
    }
}
