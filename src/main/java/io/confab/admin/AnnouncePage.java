package io.confab.admin;

import io.confab.job.Jobs;
import io.confab.job.Task;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lets the server say something in all rooms, or in some. For admins alone. */
@Named
@RequestScoped
public class AnnouncePage {
    private static final Pattern BETWEEN = Pattern.compile("[\\s,;]+");

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
    private String text = "";
    private boolean everywhere;
    private String rooms = "";
    private String why = "";
    private @Nullable Long all;

    /** Called before the page is built, and again with each post. */
    public void load() {
        if (!staff.isAdmin()) {
            door.forbidden();
        }
    }

    /** To the job's page when it is ordered, or had been; else the form again with the reason. */
    public @Nullable String perform() {
        if (!staff.isAdmin() || !proof.isGiven()) {
            return null;
        }
        List<String> named =
                Stream.of(BETWEEN.split(rooms)).filter(id -> !id.isEmpty()).toList();
        for (String id : named) {
            if (!Ids.isId(id)) {
                door.complain("Not done: \u201C" + id + "\u201D is no room's id.");
                return null;
            }
        }
        if (everywhere != named.isEmpty()) {
            door.complain(
                    everywhere
                            ? "Not done: it is for all rooms, so name none."
                            : "Not done: say in which rooms, or that it is for all.");
            return null;
        }
        var task = new Task.Announcement(
                text, everywhere, named.stream().map(RoomId::new).toList());
        return pages.order(new Jobs.Order(commandId, task, why, ""));
    }

    /** In how many rooms it would stand. */
    public long getAll() {
        if (all == null) {
            all = console.jobs().countRooms();
        }
        return all;
    }

    public int getMostChars() {
        return Task.Announcement.MOST_CHARS;
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

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    public boolean isEverywhere() {
        return everywhere;
    }

    public void setEverywhere(boolean everywhere) {
        this.everywhere = everywhere;
    }

    public String getRooms() {
        return rooms;
    }

    public void setRooms(String rooms) {
        this.rooms = rooms;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }
}
