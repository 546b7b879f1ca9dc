package io.confab.admin;

import io.confab.identity.Account;
import io.confab.job.Jobs;
import io.confab.job.MessageCount;
import io.confab.job.Task;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.Reach;
import io.confab.moderation.RoomList;
import io.confab.room.RoomKind;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what a person said in the last hours, or what was said in a room: shows first how many messages that would take, and
 * where. For moderators and admins.
 */
@Named
@RequestScoped
public class DeletionPage {
    /** How far back, in hours. */
    private static final List<Integer> CHOICES = List.of(1, 6, 24, 168, 720);

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Proof proof;

    @Inject
    private Console console;

    @Inject
    private JobPages pages;

    private String commandId = new Ids().cid();
    private String user = "";
    private String roomId = "";
    private int hours = 24;
    private int muteHours = 24;
    private String why = "";
    private String told = "";
    private @Nullable Account person;
    private RoomList.@Nullable Row room;
    private MessageCount.@Nullable Found found;

    @PostConstruct
    void readAddress() {
        user = door.parameter("user");
        roomId = door.parameter("room");
        String asked = door.parameter("hours");
        hours = CHOICES.stream()
                .filter(each -> each.toString().equals(asked))
                .findFirst()
                .orElse(hours);
    }

    /** Called before the page is built, and again with each post; answers 404 or 403 when there is nothing to do here. */
    public void load() {
        isOpen();
    }

    private boolean isOpen() {
        if (!staff.isActing()) {
            door.forbidden();
            return false;
        }
        RoomList.Row where = getRoom();
        boolean isThere = user.isEmpty()
                ? where != null && where.kind() != RoomKind.DIRECT
                : getPerson() != null && (roomId.isEmpty() || where != null);
        if (!isThere) {
            door.notFound();
        }
        return isThere;
    }

    /** To the job's page when it is ordered, or had been; else the form again with the reason. */
    public @Nullable String perform() {
        if (!isOpen() || !proof.isGiven()) {
            return null;
        }
        return pages.order(new Jobs.Order(commandId, task(), why, told.strip()));
    }

    private Task.Deletion task() {
        return new Task.Deletion(
                user.isEmpty() ? null : new UserId(user),
                roomId.isEmpty() ? null : new RoomId(roomId),
                Duration.ofHours(hours),
                user.isEmpty() ? Duration.ZERO : Duration.ofHours(muteHours));
    }

    /** What would go now. */
    public MessageCount.Found getFound() {
        if (found == null) {
            found = console.messageCount().of(task(), door.now());
        }
        return found;
    }

    /** Null: the address names none. */
    public @Nullable Account getPerson() {
        if (person == null && Ids.isId(user)) {
            person = console.accounts().find(new UserId(user)).orElse(null);
        }
        return person;
    }

    /** Null: the address names none. */
    public RoomList.@Nullable Row getRoom() {
        if (room == null && Ids.isId(roomId)) {
            room = console.rooms().find(new RoomId(roomId), Reach.ALL).orElse(null);
        }
        return room;
    }

    public List<Integer> getChoices() {
        return CHOICES;
    }

    /** In words. */
    public String back(int ofHours) {
        return switch (ofHours) {
            case 1 -> "last hour";
            case 168 -> "last 7 days";
            case 720 -> "last 30 days";
            default -> "last " + ofHours + " hours";
        };
    }

    /** The same page, counting so far back. */
    public String address(int ofHours) {
        return "/admin/deletion?hours=" + ofHours + (user.isEmpty() ? "" : "&user=" + user)
                + (roomId.isEmpty() ? "" : "&room=" + roomId);
    }

    /** Where to without doing anything. */
    public String getWayOut() {
        return user.isEmpty() ? "/admin/room?id=" + roomId : "/admin/user?id=" + user;
    }

    public int getHours() {
        return hours;
    }

    public int getMuteHours() {
        return muteHours;
    }

    public void setMuteHours(int muteHours) {
        this.muteHours = muteHours;
    }

    public String getCommandId() {
        return commandId;
    }

    /** As the form carries it; anything that is no command id is not taken. */
    public void setCommandId(String commandId) {
        if (Ids.isCid(commandId)) {
            this.commandId = commandId;
        }
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }

    public String getTold() {
        return told;
    }

    public void setTold(String told) {
        this.told = told;
    }
}
